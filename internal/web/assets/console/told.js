// Events in words.
import words from "../words.js";
import { el } from "../dom.js";
import { plain } from "../sentence.js";
import { ownGoal, tell } from "../telling.js";
import { short, single } from "./player.js";
import { say } from "./say.js";

// sentence of an event of a fold, in parts.
const parts = (e, names) => {
  const told = tell({ ...e, phase: e.phase ?? {} }, names);
  return told.length ? told : [e.data.comment ?? words.kind[e.kind] ?? e.kind];
};

export const text = (e, names) => plain(parts(e, names));
export const nodes = (e, names) => parts(e, names).map((p) => (p.value === undefined ? p : el("bdi", {}, p.value)));

function what(e) {
  if (e.kind === "card") return say(e.data.reason === "second_yellow" ? "second_yellow" : `do_${e.data.card}`);
  return ownGoal(e) ? say("own_goal") : words.kind[e.kind] ?? e.kind;
}

// brief is an event in a word or two, for a button: which of two it was.
export function brief(e) {
  const { name } = single(e.data.player ?? e.data.player_in) ?? { name: e.data.staff ?? "" };
  const said = [what(e), short(name), e.data.minute ? `${e.data.minute}′` : ""].filter(Boolean).join(" ");
  return said[0].toUpperCase() + said.slice(1);
}

// reason is why a server did not take something, in its own words.
export const reason = (problem = {}) => (Array.isArray(problem.errors) && problem.errors.map((e) => e.message).join("; ")) || problem.detail || problem.title || String(problem.status ?? "");
