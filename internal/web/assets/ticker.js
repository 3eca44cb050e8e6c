// The ticker's rows, as ticker.go makes them.
import words from "./words.js";
import { el, svg } from "./dom.js";
import { isKick, parts, when } from "./story.js";
import { remark, tell } from "./telling.js";

// icon is one of the symbols of the page. Without a label it only adorns.
export const icon = (name, label) => svg("svg", {
  class: `icon ${name}`, ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }),
}, svg("use", { href: `#i-${name}` }));

export const spoken = (parts) => parts.map((p) => (p.value === undefined ? p : el("bdi", {}, p.value)));

export function row(e, names) {
  const told = [], sentence = tell(e, names), comment = remark(e);
  if (sentence.length) told.push(el("p", { class: "sentence" }, spoken(sentence)));
  if (comment) told.push(el("p", { class: "comment", dir: "auto" }, comment));
  if (e.cancelled) told.push(el("p", { class: "note" }, spoken(becauseOf(e.why))));
  else if (e.review) told.push(el("p", { class: "note open" }, words.page.under_review));
  else if (e.amended) told.push(el("p", { class: "note" }, words.page.amended));
  return el("li", { class: looks(e), id: `e${e.id}`, "data-id": e.id },
    el("span", { class: "minute" }, when(e.data.minute)),
    icon(iconOf(e)),
    el("div", { class: "told" }, told),
    el("span", { class: "tally" }, e.tally));
}

// becauseOf says that an event was taken back, and why where that is known.
const becauseOf = (reason) => (reason ? [`${words.page.cancelled}: `, { value: reason }] : [words.page.cancelled]);

// looks are the classes of an event's row: its kind, its side, and how much
// it matters.
function looks(e) {
  return [
    "row", ...(isKick(e) ? ["kick", e.kind === "goal" && "in"] : [e.kind]),
    e.kind === "card" && e.data.card, e.side, parts(e.kind) && "parting", isKey(e.kind) && "key", calm.has(e.kind) && "calm",
    e.review && "review", e.cancelled && "cancelled",
  ].filter(Boolean).join(" ");
}

// iconOf is the name of the symbol for an event.
export const iconOf = ({ kind, data }) =>
  kind !== "card" ? kind : data.reason === "second_yellow" ? "second" : data.card === "red" ? "red" : "card";

// The filter "key moments" leaves these, and what parts the match.
const keys = new Set(["goal", "miss", "penalty", "card", "substitution", "var", "cancel"]);
const isKey = (kind) => keys.has(kind) || parts(kind);

// These happen all the time.
const calm = new Set(["shot", "offside", "foul", "corner", "goalkick", "throwin", "freekick", "save", "amend"]);
