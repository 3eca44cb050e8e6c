// The ticker's rows, as ticker.go makes them, and what is read from them.
import words from "./words.js";
import { el, put } from "./dom.js";
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

const name = (player) => Object.values(player ?? {})[0] ?? "";
const ownGoal = (kind, data) => kind === "goal" && data.player_team && data.player_team !== data.team;

// parts of the sentence that tells an event. teams: names by id; meant: kind
// and minute of the event that ref names.
export function tell(kind, data, teams, phase, meant) {
  return sentence(kind, variantOf(kind, data, phase), {
    team: data.team && (teams[data.team] ?? data.team),
    player: name(data.player),
    player_in: name(data.player_in),
    player_out: name(data.player_out),
    assist: name(data.assist),
    staff: data.staff,
    coach: data.coach,
    reason: data.reason,
    how: words.how[data.how],
    about: words.about[data.about],
    minutes: data.minutes === undefined ? "" : String(data.minutes),
    own_team: ownGoal(kind, data) ? (teams[data.player_team] ?? data.player_team) : "",
    what: meant && words.kind[meant.kind],
    ref_minute: meant?.minute,
  });
}

// makeRow shows an event. side: home, visit or "".
export function makeRow({ id, kind, data, side, teams, phase, meant, cancelled, amended }) {
  const scoring = kind === "goal" || kind === "miss";
  const kick = scoring && phase.shootout;
  let look = kick ? "kick" : kind;
  if (kind === "card") look += ` ${data.card}`;
  const mark = kick ? "kick" : kind === "goal" ? "goal" : kind === "card" && data.card === "red" ? "red" : "";
  const note = ownGoal(kind, data) ? words.page.own_goal : scoring && data.how === "penalty" ? words.page.from_penalty : "";
  const told = el("div", { class: "told" });
  const parts = tell(kind, data, teams, phase, meant);
  if (parts.length) {
    told.append(el("p", { class: "sentence" }, ...parts.map((p) => (p.value === undefined ? p : el("bdi", {}, p.value)))));
  }
  if (data.comment) told.append(el("p", { class: "comment", dir: "auto" }, data.comment));
  if (amended && !cancelled) told.append(el("p", { class: "note" }, words.page.amended));
  const row = el("li", {
    class: `row ${look}`, "data-id": id, "data-kind": kind, "data-side": side, "data-minute": data.minute ?? "",
    "data-mark": mark, "data-name": mark === "goal" || mark === "red" ? name(data.player) || (data.staff ?? "") : "",
    "data-note": note, "data-in": kick && kind === "goal",
  },
    el("span", { class: "minute" }, data.minute ? `${data.minute}′` : ""), told, el("span", { class: "tally" }));
  if (cancelled) strike(row);
  return row;
}

// strike shows that an event does not count any more.
export function strike(row) {
  if (row.classList.contains("cancelled")) return;
  row.classList.add("cancelled");
  const told = row.querySelector(".told");
  told.querySelector(".note")?.remove();
  told.append(el("p", { class: "note" }, words.page.cancelled));
}

// recount writes the running scores beside goals and kicks, and who scored
// and was sent off beside the teams.
export function recount(main) {
  const goals = { home: 0, visit: 0 }, kicks = { home: 0, visit: 0 };
  const feats = { home: [], visit: [] }, dots = { home: [], visit: [] };
  for (const row of [...main.querySelectorAll(".ticker > .row")].reverse()) {
    const { mark, side, name, note, minute } = row.dataset;
    const counts = !row.classList.contains("cancelled");
    let tally = "";
    if (counts && mark === "goal") goals[side]++, (tally = `${goals.home}–${goals.visit}`);
    if (counts && mark === "kick") {
      if (row.hasAttribute("data-in")) kicks[side]++;
      dots[side].push(row.hasAttribute("data-in"));
      tally = `${kicks.home}–${kicks.visit}`;
    }
    if (counts && (mark === "goal" || mark === "red")) {
      const red = mark === "red";
      let feat = red ? undefined : feats[side].find((f) => !f.red && f.name === name);
      if (!feat) feats[side].push((feat = { name, red, minutes: [] }));
      const when = [minute && `${minute}′`, note && `(${note})`].filter(Boolean).join(" ");
      if (when) feat.minutes.push(when);
    }
    put(row.querySelector(".tally"), tally);
  }
  for (const side of ["home", "visit"]) {
    main.querySelector(`.feats.${side}`).replaceChildren(...feats[side].map(({ name, red, minutes }) =>
      el("li", { class: red ? "red" : undefined },
        ...(red ? [el("span", { class: "unseen" }, `${words.page.red_card}: `)] : []),
        el("bdi", {}, name), minutes.length ? ` ${minutes.join(", ")}` : "")));
    main.querySelector(`.kicks.${side}`).replaceChildren(...dots[side].map((scored) =>
      el("li", { class: scored ? "in" : "out" }, el("span", { class: "unseen" }, scored ? words.page.scored : words.page.missed))));
  }
}
