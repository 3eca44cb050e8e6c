// The correction of an event: a form by its kind, from which only what was
// changed is sent.
import words from "../words.js";
import { el } from "../dom.js";
import { say } from "./say.js";
import { single } from "./player.js";
import { ofNumber } from "./squads.js";
import { field, form, input, select } from "./view.js";

const fields = {
  goal: ["player", "own", "assist", "how"], miss: ["player", "how"], card: ["player", "staff", "card"],
  substitution: ["player_out", "player_in"], var: ["about", "outcome"], addedtime: ["minutes"],
  suspend: ["reason"], resume: ["reason"], abandon: ["reason"],
};
const counted = ["shot", "offside", "foul", "corner", "goalkick", "throwin", "freekick", "save", "penalty"];
const needed = { goal: ["player"], miss: ["player"], substitution: ["player_out", "player_in"] };

const fieldsOf = (kind) => [...(counted.includes(kind) ? ["player"] : fields[kind] ?? []), "minute", "comment"];

// editor is the form; act(changes) gets the details that differ, null for
// those that are to go.
export function editor(desk, told, act) {
  const { kind, data } = told, controls = {}, nodes = [];
  const side = () => [desk.state.home, desk.state.visit].find((s) => (s.id === data.team) !== Boolean(controls.own?.checked));
  const people = () => {
    const s = side();
    return s ? [...s.lineup, ...s.announced, ...s.bench, ...s.gone] : [];
  };
  const players = (key, chosen) => [
    ...((needed[kind] ?? []).includes(key) ? [] : [["", "–"]]), ...people().map((p) => [p.number, `${p.number} ${p.name}`]),
    ...(chosen && !people().some((p) => p.number === chosen.number) ? [[chosen.number, `${chosen.number} ${chosen.name}`]] : [])];
  const lists = [];
  const add = (key, label, control) => nodes.push(field(label, (controls[key] = control)));
  for (const key of fieldsOf(kind)) {
    if (key === "own") {
      add(key, say("own_goal"), el("input", { type: "checkbox", checked: Boolean(data.player_team) }));
      controls.own.addEventListener("change", () => lists.forEach(([k, list]) =>
        list.replaceChildren(...players(k).map(([value, text]) => el("option", { value }, text)))));
    } else if (["player", "assist", "player_in", "player_out"].includes(key)) {
      const chosen = single(data[key]), list = select([], "");
      add(key, say(`f_${key}`), list);
      lists.push([key, list]);
      queueMicrotask(() => list.replaceChildren(...players(key, chosen).map(([value, text]) =>
        el("option", { value, selected: value === chosen?.number }, text))));
    } else if (key === "how") add(key, say("how"), select([["", "–"], ...["penalty", "header", "freekick"].map((h) => [h, say(`how_${h}`)])], data.how ?? ""));
    else if (key === "card") add(key, say("card"), select([["yellow", say("do_yellow")], ["red", say("do_red")], ["second", say("second_yellow")]], data.reason ? "second" : data.card));
    else if (key === "about") add(key, say("about"), select(["goal", "penalty", "card", "other"].map((a) => [a, words.about[a]]), data.about));
    else if (key === "outcome") add(key, say("outcome"), select(["open", "stands", "overturned"].map((o) => [o, say(o)]), data.outcome));
    else if (key === "minutes") add(key, say("do_addedtime"), input({ inputmode: "numeric", value: data.minutes }));
    else if (key === "comment") {
      add(key, say("comment"), el("textarea", { rows: 2, maxlength: 500 }));
      controls.comment.value = data.comment ?? "";
    } else add(key, say(key === "staff" ? "staff_name" : key), input({ value: data[key] ?? "", maxlength: key === "minute" ? 6 : 200 }));
  }
  return form(() => act(changesOf(told, read(controls, side()))), ...nodes, el("button", { class: "main wide" }, say("save")));
}

// read is the details as the form has them.
function read(controls, side) {
  const data = {};
  for (const [key, control] of Object.entries(controls)) {
    const value = control.value.trim();
    if (key === "own") data.player_team = control.checked ? side?.id : "";
    else if (["player", "assist", "player_in", "player_out"].includes(key)) data[key] = value === "" ? "" : side && ofNumber(side, Number(value));
    else if (key === "card") Object.assign(data, { card: value === "yellow" ? "yellow" : "red", reason: value === "second" ? "second_yellow" : "" });
    else if (key === "minutes") data.minutes = Number(value);
    else data[key] = value;
  }
  return data;
}

const same = (a, b) => JSON.stringify(a ?? "") === JSON.stringify(b ?? "");

// changesOf are the details in which a form differs from an event.
function changesOf({ data }, form) {
  const changes = {};
  for (const [key, value] of Object.entries(form)) {
    if (value === undefined || same(data[key], value)) continue;
    changes[key] = value === "" ? null : value;
  }
  return changes;
}
