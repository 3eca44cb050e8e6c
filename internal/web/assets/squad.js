// One side's players with what each did, as squad.go tells it.
import { isGoal, isKick } from "./story.js";
import { ownGoal } from "./telling.js";

const member = (number, name) => ({ number, name, goals: 0, own: 0, yellow: false, red: false, second: false,
  on: false, off: false, onAt: "", offAt: "", instead: "" });
const members = (players = []) => players.map((p) => member(p.number, p.name));

// squadOf has the coach, the eleven who began or are announced to, in order,
// and the bench.
export function squadOf({ entries }, side) {
  let q = { coach: "", eleven: [], bench: [] };
  // meet tells a player's record of something. Who is not known yet sits on
  // the bench.
  const meet = (player, tell) => {
    const [number, name] = Object.entries(player ?? {})[0] ?? [];
    if (number === undefined) return;
    let m = [...q.eleven, ...q.bench].find((m) => m.number === Number(number));
    if (!m) q.bench.push((m = member(Number(number), name)));
    tell(m);
  };
  for (const e of entries) {
    const { kind, data } = e, mine = e.side === side;
    if (e.cancelled) continue;
    if (kind === "start") begin(q, data[`${side}_lineup`]);
    else if (kind === "lineup" && mine) {
      q = { coach: data.coach ?? "", eleven: members(data.players), bench: members(data.substitutes) };
    } else if (ownGoal(e) && !isKick(e)) {
      if (!mine) meet(data.player, (m) => m.own++);
    } else if (isGoal(e) && mine) meet(data.player, (m) => m.goals++);
    else if (kind === "card" && mine) {
      const second = data.reason === "second_yellow";
      meet(data.player, (m) => {
        m.second ||= second;
        m.red ||= data.card === "red" && !second;
        m.yellow ||= data.card === "yellow";
      });
    } else if (kind === "substitution" && mine && data.player_out) {
      const minute = data.minute ?? "";
      meet(data.player_out, (m) => Object.assign(m, { off: true, offAt: minute }));
      meet(data.player_in, (m) => Object.assign(m, { on: true, onAt: minute, instead: Object.values(data.player_out)[0] }));
    }
  }
  return q;
}

// begin puts a line-up on the pitch; whoever else was announced sits.
function begin(q, lineup = []) {
  const on = new Set(lineup.map((p) => p.number));
  q.bench = [...q.eleven, ...q.bench].filter((m) => !on.has(m.number));
  q.eleven = members(lineup);
}
