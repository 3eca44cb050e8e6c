// What happened, newest first, each event with what can be done about it.
import words from "../words.js";
import { el } from "../dom.js";
import { editor } from "./edit.js";
import { amendLineup, lineup } from "./lineups.js";
import { say } from "./say.js";
import { brief, nodes } from "./told.js";
import { button, field, form, input, sheet } from "./view.js";

// standing says where an event stands, for an eye and for an ear.
export const standing = (e) => (e.entry || e.flying ? "waiting" : e.cancelled ? "cancelled" : e.tap ? "confirmed" : "other");

export function log(desk) {
  const s = sheet(say("events"), { class: "log" });
  const rows = desk.state.told.toReversed().map((e) => {
    const standing_ = standing(e), fixed = e.kind === "cancel" || e.kind === "amend" || e.cancelled;
    const inside = [el("span", { class: "minute" }, e.data.minute ? `${e.data.minute}′` : ""), el("span", { class: "told" }, ...nodes(e, desk.names)),
      el("span", { class: `standing ${standing_}` }, standing_ === "other" ? e.by ?? say("another") : say(standing_))];
    return el("li", {}, fixed ? el("div", { class: "event" }, ...inside) : button(inside, () => (s.close(), change(desk, e)), { class: "event" }));
  });
  s.body.append(rows.length ? el("ol", { reversed: true }, ...rows) : el("p", { class: "quiet" }, words.page.no_events));
}

// as an event stands by now: since it was shown, more may have happened.
const now = (desk, e) => desk.state.told.find((t) => (e.tap ? t.tap === e.tap : t.mark === e.mark)) ?? e;

// change is what can be done about one event: correct it, take it back.
function change(desk, shown) {
  const told = now(desk, shown), s = sheet(brief(told)), reason = input({ maxlength: 200 });
  s.body.append(el("p", {}, ...nodes(told, desk.names)));
  const sides = told.kind === "start" ? ["home", "visit"] : told.kind === "lineup" ? ["home", "visit"].filter((side) => desk.first[side] === told.data.team) : [];
  const correct = desk.state.period === "not_started" ? lineup : amendLineup;
  s.body.append(...sides.map((side) => button(say("lineup_of", { team: desk.name(side) }), () => (s.close(), correct(desk, side)), { class: "main wide" })));
  if (!sides.length) {
    s.body.append(editor(desk, told, (changes) => {
      s.close();
      if (Object.keys(changes).length) desk.change(told, changes);
    }));
  }
  s.body.append(needed(desk, told) ? el("p", { class: "quiet" }, say("take_back_later")) : el("details", { class: "other" }, el("summary", {}, say("take_back")),
    form(() => {
      s.close();
      const why = reason.value.trim();
      const by = now(desk, told);
      if (by.entry && !by.entry.body && by.tap === desk.last?.tap) return desk.undo();
      desk.refer("cancel", by, why ? { reason: why } : {});
    }, field(say("reason"), reason), el("button", { class: "main wide red" }, say("take_back_it", { what: brief(told) })))));
}

// needed: without an event a later one could not have happened.
function needed(desk, told) {
  const later = desk.state.told.slice(desk.state.told.indexOf(told) + 1).filter((e) => !e.cancelled);
  if (told.kind === "start") return later.some((e) => !["lineup", "comment", "cancel", "amend"].includes(e.kind) && !e.kind.startsWith("x-"));
  return turns.includes(told.kind) && later.some((e) => turns.includes(e.kind));
}
const turns = ["halftime", "continue", "extratime", "penalties", "stop"];
