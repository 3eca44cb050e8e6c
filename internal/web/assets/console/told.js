// Events in words.
import words from "../words.js";
import { el } from "../dom.js";
import { plain } from "../sentence.js";
import { tell } from "../telling.js";

// sentence of an event of a fold, in parts.
const parts = (e, names) => {
  const told = tell({ ...e, phase: e.phase ?? {} }, names);
  return told.length ? told : [e.data.comment ?? words.kind[e.kind] ?? e.kind];
};

export const text = (e, names) => plain(parts(e, names));
export const nodes = (e, names) => parts(e, names).map((p) => (p.value === undefined ? p : el("bdi", {}, p.value)));

// brief is an event in a word or two, for a button.
export function brief(e) {
  const player = e.data.player ?? e.data.player_in;
  const name = Object.values(player ?? {})[0] ?? e.data.staff ?? "";
  const said = [words.kind[e.kind] ?? e.kind, name, e.data.minute ? `${e.data.minute}′` : ""].filter(Boolean).join(" ");
  return said[0].toUpperCase() + said.slice(1);
}

// reason is why a server did not take something, in its own words.
export const reason = (problem = {}) => problem.errors?.map((e) => e.message).join("; ") || problem.detail || problem.title || String(problem.status ?? "");
