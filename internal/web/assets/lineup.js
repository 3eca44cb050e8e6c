// The line-ups on the pitch, and the benches, as lineup.go shows them.
import words from "./words.js";
import { el, svg } from "./dom.js";
import { fill } from "./sentence.js";
import { when } from "./story.js";
import { icon, spoken } from "./ticker.js";

// The rows in front of the keeper, by the number of players in them. A line-up
// has no positions: its order has to do.
const formations = { 10: [4, 4, 2], 9: [4, 4, 1], 8: [4, 3, 1], 7: [3, 3, 1], 6: [3, 2, 1] };

function ranks([keeper, ...rest]) {
  if (!keeper) return [];
  const rows = [[keeper]], formation = [...(formations[rest.length] ?? [])];
  while (rest.length) rows.push(rest.splice(0, formation.shift() ?? 4));
  return rows;
}

// half is a side's half of the pitch: a list for each row, the keeper first.
export const half = (side, squad) => ranks(squad.eleven).map((rank) => el("ul", { class: "rank" },
  rank.map((m) => el("li", { class: "player" }, shirt(side, m), marks(m), el("span", { class: "name" }, el("bdi", {}, m.name))))));

// bench is who did not begin, and the coach.
export function bench(side, q) {
  const lines = q.bench.map((m) => el("li", {}, shirt(side, m), el("span", { class: "told" }, el("bdi", {}, m.name), marks(m),
    m.on && m.instead ? [el("small", {}, spoken(fill(words.page.instead, { player: m.instead })))] : [])));
  if (q.coach) lines.push(el("li", { class: "coach" }, el("span", { class: "told" }, el("bdi", {}, q.coach), el("small", {}, words.page.coach))));
  return lines;
}

function shirt(side, { number }) {
  return svg("svg", { class: `shirt ${side}`, viewBox: "0 0 32 32", role: "img", "aria-label": number },
    svg("use", { href: `#shirt-${side}` }), svg("text", { x: 16, y: 21, "text-anchor": "middle" }, String(number)));
}

// marks are what a player did, in signs.
function marks(m) {
  const { page } = words, several = (n) => (n < 2 ? "" : String(n));
  return el("span", { class: "marks" }, [
    [m.goals > 0, "goal", page.goal, several(m.goals)],
    [m.own > 0, "own", page.own_goal, several(m.own)],
    [m.yellow && !m.second, "card", page.yellow_card, ""],
    [m.second, "second", page.second_yellow, ""],
    [m.red, "red", page.red_card, ""],
    [m.on, "on", page.came_on, when(m.onAt)],
    [m.off, "off", page.went_off, when(m.offAt)],
  ].filter(([yes]) => yes).map(([, sign, label, text]) => el("span", { class: `mark ${sign}` }, icon(sign, label), text)));
}
