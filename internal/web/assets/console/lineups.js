// The sheet into which a line-up is pasted, and where it is seen as it was
// read before it is sent.
import { el } from "../dom.js";
import { parse, written } from "./roster.js";
import { say } from "./say.js";
import { field, sheet } from "./view.js";

// lineup announces one, before the match.
export function lineup(desk, side) {
  const now = desk.state[side];
  paste(say("lineup_of", { team: desk.name(side) }), now.announced.length ? { players: now.announced, substitutes: now.bench, coach: now.coach } : undefined,
    (n) => say("send_lineup", { n }), (found) => desk.tap("lineup", { team: desk.first[side], ...details(found) }));
}

// amendLineup corrects one after the match has begun: the start has who began,
// and what was announced has the bench.
export function amendLineup(desk, side) {
  const { told } = desk.state, counts = (e) => !e.cancelled;
  const start = told.find((e) => e.kind === "start" && counts(e));
  const announced = told.findLast((e) => e.kind === "lineup" && e.data.team === desk.first[side] && counts(e));
  const key = `${side}_lineup`, players = start.data[key] ?? announced?.data.players ?? [];
  paste(say("lineup_of", { team: desk.name(side) }), { substitutes: [], ...announced?.data, players }, () => say("save"), async (found) => {
    const first = same(found.players, players) ? undefined : await desk.change(start, { [key]: found.players });
    if (!announced) return;
    const changes = Object.entries({ substitutes: null, coach: null, ...details(found) }).filter(([k, value]) => !same(announced.data[k], value));
    if (changes.length) await desk.change(announced, Object.fromEntries(changes), { with: first });
  });
}

const plain = (detail) => JSON.stringify(Array.isArray(detail) ? detail.map(({ number, name }) => [number, name]) : detail ?? null);
const same = (a, b) => plain(a) === plain(b);
const details = ({ players, substitutes, coach }) => ({ players, ...(substitutes.length ? { substitutes } : {}), ...(coach ? { coach } : {}) });

// paste is the sheet; sendText(n) says what the button does with n players.
function paste(title, known, sendText, act) {
  const s = sheet(title);
  const text = el("textarea", { rows: 8, spellcheck: "false", placeholder: say("lineup_example") });
  if (known) text.value = written(known);
  const shown = el("div", { class: "read", "aria-live": "polite" });
  const send = el("button", { type: "button", class: "main wide send" });
  const read = () => {
    const found = parse(text.value), empty = !text.value.trim();
    shown.replaceChildren(...(empty ? [] : preview(found)));
    send.disabled = empty || found.errors.length > 0;
    send.textContent = sendText(found.players.length);
    return found;
  };
  text.addEventListener("input", read);
  send.addEventListener("click", () => {
    const found = read();
    s.close();
    act(found);
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
