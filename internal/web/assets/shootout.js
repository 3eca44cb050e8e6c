// The shoot-out: as dots, and by name, as shootout.go does.
import words from "./words.js";
import { el } from "./dom.js";
import { isKick } from "./story.js";
import { who } from "./tally.js";

const kicksOf = ({ entries }, side) => entries.filter((e) => isKick(e) && e.side === side && !e.cancelled);
const outcome = (e) => (e.kind === "goal" ? "in" : "out");
const text = (e) => (e.kind === "goal" ? words.page.scored : words.page.missed);

export const kicks = (story, side) => kicksOf(story, side).map((e) =>
  el("li", { class: outcome(e) }, el("span", { class: "unseen" }, text(e))));

// rounds are the kicks by name, those of both teams side by side.
export function rounds(story) {
  const home = kicksOf(story, "home"), visit = kicksOf(story, "visit");
  return Array.from({ length: Math.max(home.length, visit.length) }, (_, i) =>
    el("li", {}, kick("home", home[i]), kick("visit", visit[i])));
}

function kick(side, e) {
  if (!e) return el("span", { class: `kick ${side}` });
  return el("span", { class: `kick ${side} ${outcome(e)}` }, el("bdi", {}, who(e)), el("i", { role: "img", "aria-label": text(e) }));
}
