// The sheet into which a line-up is pasted, and where it is seen as it was
// read before it is sent.
import { el } from "../dom.js";
import { parse, written } from "./roster.js";
import { say } from "./say.js";
import { field, sheet } from "./view.js";

export function lineup(desk, side) {
  const s = sheet(say("lineup_of", { team: desk.name(side) })), now = desk.state[side];
  const text = el("textarea", { rows: 8, spellcheck: "false", placeholder: say("lineup_example") });
  if (now.announced.length) text.value = written({ players: now.announced, substitutes: now.bench, coach: now.coach });
  const shown = el("div", { class: "read", "aria-live": "polite" });
  const send = el("button", { type: "button", class: "main wide" });
  const read = () => {
    const found = parse(text.value), empty = !text.value.trim();
    shown.replaceChildren(...(empty ? [] : preview(found)));
    send.disabled = empty || found.errors.length > 0;
    send.textContent = say("send_lineup", { n: found.players.length });
    return found;
  };
  text.addEventListener("input", read);
  send.addEventListener("click", () => {
    const { players, substitutes, coach } = read();
    s.close();
    desk.tap("lineup", { team: desk.first[side], players, ...(substitutes.length ? { substitutes } : {}), ...(coach ? { coach } : {}) });
  });
  s.body.append(field(say("lineup_text"), text, say("lineup_hint")), shown, send);
  read();
  text.focus();
}

const list = (players) => el("ol", { class: "roster" }, ...players.map((p) => el("li", {}, el("b", {}, String(p.number)), " ", el("bdi", {}, p.name))));

function preview({ players, substitutes, coach, errors }) {
  return [
    ...(errors.length ? [el("ul", { class: "errors" }, ...errors.map(({ line, text, expected }) =>
      el("li", {}, line ? say("line", { line, text }) : "", " ", say(expected, { n: text }))))] : []),
    ...(players.length ? [el("h3", {}, say("starting")), list(players)] : []),
    ...(substitutes.length ? [el("h3", {}, say("bench")), list(substitutes)] : []),
    ...(coach ? [el("p", {}, say("coach"), ": ", el("bdi", {}, coach))] : []),
  ];
}
