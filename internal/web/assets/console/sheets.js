// The sheets between a big button and its tap: who scored, who was booked, who
// comes on.
import words from "../words.js";
import { el } from "../dom.js";
import { say } from "./say.js";
import { chips, picker, remarks } from "./pick.js";
import { single } from "./player.js";
import { booked } from "./squads.js";
import { button, field, form, input, sheet } from "./view.js";

const other = (side) => (side === "home" ? "visit" : "home");
const pitch = (desk, side) => ({ label: say("on_pitch"), players: desk.state[side].lineup });
const bench = (desk, side) => ({ label: say("bench"), players: desk.state[side].bench });
const gone = (desk, side) => ({ label: say("gone"), players: desk.state[side].gone });
const title = (desk, kind, side) => say("of_team", { what: say(`do_${kind}`), team: desk.name(side) });
const marks = (desk, side) => (p) => (booked(desk.state[side], p.number, desk.state.shootout) ? "yellow" : "");
const hows = () => ["penalty", "header", "freekick"].map((how) => [how, say(`how_${how}`)]);

// goal: the scorer, and if it is asked for, who set it up. Also the miss.
export function goal(desk, kind, side) {
  const p = picker(title(desk, kind, side), marks(desk, side)), extra = remarks(desk.first.minute());
  const shootout = desk.state.period === "penalties", data = { team: desk.first[side] }, named = [];
  let assisted = false;
  const done = () => {
    p.close();
    desk.tap(kind, { ...data, ...extra.read() }, { named });
  };
  const scorer = (own) => p.set({
    title: own ? say("own_goal_by", { team: desk.name(other(side)) }) : title(desk, kind, side),
    groups: [pitch(desk, own ? other(side) : side)], lead: shootout ? [] : [options(own)], more: [extra.node],
    choose(who, fresh) {
      data.player = who;
      if (own) data.player_team = desk.first[other(side)];
      if (fresh) named.push("player");
      if (!assisted) return done();
      const rest = { ...pitch(desk, side), players: desk.state[side].lineup.filter((x) => x.number !== single(who).number) };
      p.set({ title: say("assist_by"), groups: [rest], choose: (by, fresh) => {
        data.assist = by;
        if (fresh) named.push("assist");
        done();
      } });
    } });
  const options = (own) => el("div", {},
    ...(own ? [] : [chips(say("how"), hows(), (how) => (how ? (data.how = how) : delete data.how))]),
    kind === "goal" ? el("div", { class: "chips" },
      button(say("own_goal"), () => scorer(!own), { class: "chip", "aria-pressed": String(own) }),
      ...(own ? [] : [button(say("assist"), (_, chip) => {
        assisted = !assisted;
        chip.setAttribute("aria-pressed", String(assisted));
      }, { class: "chip", "aria-pressed": String(assisted) })])) : "");
  scorer(false);
}

// counted are shots, fouls and the like: with a player, or without.
export function counted(desk, kind, side) {
  const p = picker(title(desk, kind, side), marks(desk, side)), extra = remarks(desk.first.minute()), team = desk.first[side];
  const tap = (data, named) => {
    p.close();
    desk.tap(kind, { team, ...data, ...extra.read() }, { named });
  };
  p.set({ groups: [pitch(desk, side)], lead: [button(say("no_player"), () => tap({}), { class: "main wide" })],
    more: [extra.node], choose: (player, fresh) => tap({ player }, fresh ? ["player"] : []) });
}

// card: any player of the match, or one of the staff. A second yellow is a red.
export function card(desk, colour, side) {
  const p = picker(title(desk, colour, side), marks(desk, side)), extra = remarks(desk.first.minute()), team = desk.first[side];
  const tap = (data, named) => {
    p.close();
    desk.tap("card", { team, card: colour, ...data, ...extra.read() }, { named });
  };
  const staff = input({ maxlength: 200, required: true }), { coach } = desk.state[side];
  const second = (player) => p.set({ title: say("second_yellow"), groups: [], fresh: false, choose() {}, lead: [
    button([say("second_yellow_for"), " ", el("bdi", {}, Object.values(player)[0])], () => tap({ player, card: "red", reason: "second_yellow" }), { class: "main wide red" })] });
  p.set({ groups: [pitch(desk, side), bench(desk, side), gone(desk, side)],
    choose: (player, fresh) => colour === "yellow" && booked(desk.state[side], single(player).number, desk.state.shootout)
      ? second(player) : tap({ player }, fresh ? ["player"] : []),
    more: [...(coach ? [button([say("coach"), ": ", el("bdi", {}, coach)], () => tap({ staff: coach }), { class: "main wide" })] : []),
      el("details", { class: "other" }, el("summary", {}, say("staff")),
      form(() => staff.value.trim() ? tap({ staff: staff.value.trim() }) : staff.focus(), field(say("staff_name"), staff),
        el("button", { class: "main" }, say(`do_${colour}`)))), extra.node] });
}

// substitution: out, then in.
export function substitution(desk, side) {
  const p = picker(title(desk, "substitution", side), marks(desk, side)), extra = remarks(desk.first.minute()), team = desk.first[side];
  p.set({ title: say("comes_off", { team: desk.name(side) }), groups: [pitch(desk, side)], more: [extra.node], fresh: false,
    choose: (out) => p.set({ title: say("comes_on", { player: Object.values(out)[0] }), groups: [bench(desk, side)],
      choose: (into, fresh) => {
        p.close();
        desk.tap("substitution", { team, player_out: out, player_in: into, ...extra.read() }, { named: fresh ? ["player_in"] : [] });
      } }) });
}

// review opens one of what just happened, or closes the one that is open.
export function review(desk, briefly) {
  const open = desk.state.review, s = sheet(open ? say("var_close") : say("var_open"));
  const tap = (data, told) => {
    s.close();
    return told ? desk.refer("var", told, data) : desk.tap("var", data);
  };
  const choice = (text, act, look = "") => button(text, act, { class: `main wide ${look}` });
  if (open) {
    const { about } = open.data, told = desk.state.told.find((e) => e.mark === open.data.ref && !e.cancelled);
    s.body.append(choice(say("stands"), () => tap({ about, outcome: "stands" }, told)),
      choice(say("overturned"), () => tap({ about, outcome: "overturned" }, told), told ? "" : "red"));
    if (told) {
      s.body.append(choice(say("overturned_back", { what: briefly(told) }), async () => {
        await tap({ about, outcome: "overturned" }, told);
        desk.refer("cancel", told, { reason: say("var_reason") });
      }, "red"));
    }
    return;
  }
  const recent = desk.state.told.filter((e) => ["goal", "penalty", "card"].includes(e.kind) && !e.cancelled).slice(-3).reverse();
  s.body.append(...recent.map((e) => choice(briefly(e), () => tap({ about: e.kind, outcome: "open" }, e))),
    el("div", { class: "pair" }, ...["goal", "penalty", "card", "other"].map((about) =>
      button(words.about[about], () => tap({ about, outcome: "open" }), { class: "main" }))));
}

// minutes of added time.
export function addedtime(desk) {
  const s = sheet(say("do_addedtime"));
  s.body.append(el("div", { class: "shirts" }, ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((minutes) =>
    button(el("b", {}, String(minutes)), () => (s.close(), desk.tap("addedtime", { minutes })),
      { class: "shirt", "aria-label": say("minutes_added", { minutes }) }))));
}

// sentence asks for a text: a comment's, or the reason of a suspension.
export function sentence(desk, kind) {
  const s = sheet(say(`do_${kind}`)), needed = kind === "comment";
  const text = el("textarea", { rows: 3, maxlength: needed ? 500 : 200, required: needed });
  s.body.append(form(() => {
    const typed = text.value.trim();
    if (needed && !typed) return text.focus();
    s.close();
    desk.tap(kind, typed ? { [needed ? "comment" : "reason"]: typed } : {});
  }, field(say(needed ? "comment" : "reason"), text), el("button", { class: `main wide ${kind === "abandon" ? "red" : ""}` }, say(`do_${kind}`))));
  text.focus();
}
