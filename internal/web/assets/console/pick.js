// The choosing of players: shirts as big as a thumb.
import { el } from "../dom.js";
import { say } from "./say.js";
import { keyed, short } from "./player.js";
import { button, field, form, input, sheet } from "./view.js";

const shirt = (player, mark, choose) => {
  const last = short(player.name), before = player.name.trim().slice(0, -last.length);
  return button([el("b", {}, String(player.number)), " ", el("span", { class: "unseen" }, before), el("bdi", {}, last),
    ...(mark ? [el("i", { class: `mark ${mark}` }), el("span", { class: "unseen" }, ` ${say(`has_${mark}`)}`)] : [])],
  () => choose(keyed(player)), { class: "shirt" });
};

// picker is a sheet on which a player is chosen. set({title, groups, lead, more,
// fresh, choose}) says what of: groups are [{label, players}], lead and more
// nodes before and behind them, fresh lets one in that nobody knows yet;
// choose(player, named) gets him as an event has him.
export function picker(title, marks) {
  const s = sheet(title, { class: "picker" });
  const set = ({ title, groups, lead = [], more = [], fresh = true, choose }) => {
    if (title) s.retitle(title);
    const shown = groups.filter((g) => g.players.length);
    s.body.replaceChildren(...lead,
      ...shown.flatMap(({ label, players }) => [
        ...(shown.length > 1 ? [el("h3", {}, label)] : []),
        el("div", { class: "shirts" }, ...players.map((p) => shirt(p, marks(p), (who) => choose(who, false))))]),
      ...(shown.length || !groups.length ? [] : [el("p", { class: "quiet" }, say("nobody"))]),
      ...(fresh ? [newcomer((who) => choose(who, true))] : []), ...more);
    (s.body.querySelector(".shirt") ?? s.body.querySelector("button"))?.focus();
  };
  return { ...s, set };
}

// newcomer is for a player of whom nobody has told.
function newcomer(choose) {
  const number = input({ inputmode: "numeric", maxlength: 3, required: true }), name = input({ maxlength: 100, required: true });
  return el("details", { class: "other" }, el("summary", {}, say("other_player")),
    form(() => {
      const n = Number(number.value);
      if (/^\d{1,3}$/.test(number.value.trim()) && name.value.trim()) choose({ [n]: name.value.trim() });
      else (name.value.trim() ? number : name).focus();
    }, field(say("number"), number), field(say("player_name"), name), el("button", { class: "main" }, say("take_player"))));
}

// chips are choices beside the players; chosen(value) is called with "" for none.
export function chips(label, choices, chosen) {
  const node = el("div", { class: "chips", role: "group", "aria-label": label });
  let now = "";
  node.append(...choices.map(([value, text]) => button(text, (_, pressed) => {
    now = now === value ? "" : value;
    for (const other of node.children) other.setAttribute("aria-pressed", String(other === pressed && now !== ""));
    chosen(now);
  }, { class: "chip", "aria-pressed": "false" })));
  return node;
}

// remarks are the details that every kind may have; read() gives those filled in.
export function remarks(minute) {
  const when = input({ inputmode: "text", placeholder: minute, maxlength: 6, pattern: "[0-9]{1,3}(\\+[0-9]{1,2})?" }), what = input({ maxlength: 500 });
  return { node: el("details", { class: "other" }, el("summary", {}, say("remarks")), field(say("minute"), when), field(say("comment"), what)),
    read: () => ({ ...(when.validity.valid && when.value ? { minute: when.value } : {}), ...(what.value.trim() ? { comment: what.value.trim() } : {}) }) };
}
