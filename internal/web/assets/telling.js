// The sentence that tells an event, as package words makes it (event.go).
import words from "./words.js";
import { sentence } from "./sentence.js";

// variantOf chooses among the sentences of a kind.
function variantOf(kind, data, phase) {
  switch (kind) {
    case "goal":
    case "miss":
      return phase.shootout ? "shootout" : "";
    case "halftime":
    case "continue":
      return phase.extra ? "extra" : "";
    case "stop":
      return phase.shootout ? "shootout" : phase.extra ? "extra" : "";
    case "card":
      return data.reason === "second_yellow" ? data.reason : data.card;
    case "var":
      return data.outcome;
    case "addedtime":
      return String(data.minutes);
  }
  return "";
}

// nameOf is the name of an event's player.
export const nameOf = (player) => Object.values(player ?? {})[0] ?? "";

export const ownGoal = ({ kind, data }) => kind === "goal" && Boolean(data.player_team) && data.player_team !== data.team;

// tell an event of a story, in parts.
export function tell({ kind, data, phase, meant }, names) {
  return sentence(kind, variantOf(kind, data, phase), {
    team: data.team && (names[data.team] ?? data.team),
    player: nameOf(data.player),
    player_in: nameOf(data.player_in),
    player_out: nameOf(data.player_out),
    assist: nameOf(data.assist),
    staff: data.staff,
    coach: data.coach,
    reason: data.reason,
    how: words.how[data.how],
    about: words.about[data.about],
    minutes: data.minutes === undefined ? "" : String(data.minutes),
    own_team: ownGoal({ kind, data }) ? (names[data.player_team] ?? data.player_team) : "",
    what: meant && exactly(meant),
    whom: meant && (nameOf(meant.player ?? meant.player_in) || meant.staff || (meant.team && (names[meant.team] ?? meant.team))),
    ref_minute: meant?.minute,
  });
}

// exactly is what an event is called, where another one speaks of it: its
// kind among its details.
function exactly({ kind, ...data }) {
  const variant = ownGoal({ kind, data }) ? "own" : variantOf(kind, data, {});
  return words.exactly[`${kind}.${variant}`] ?? words.kind[kind];
}

// remark is an event's comment, unless it only says what its sentence says.
export function remark(e) {
  const { comment = "" } = e.data;
  const bare = comment.replace(/^[ ().]+|[ ().]+$/g, "").toLowerCase();
  return ownGoal(e) && words.page.own_goal_remarks.split("|").includes(bare) ? "" : comment;
}
