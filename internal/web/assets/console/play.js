// The match that is being operated: its score, the state of the queue, and big
// buttons for what can happen now. The buttons are made once, and shown or
// hidden: none moves away under a finger because of what a server said.
import words from "../words.js";
import { el, put } from "../dom.js";
import { label } from "../sentence.js";
import { statusOf } from "./fold.js";
import { lineup } from "./lineups.js";
import { log, standing } from "./log.js";
import { more } from "./more.js";
import { say } from "./say.js";
import { hostOf } from "./servers.js";
import { stateOf } from "./serverlist.js";
import { addedtime, card, counted, goal, review, sentence, substitution } from "./sheets.js";
import { brief, nodes, text } from "./told.js";
import { banner, troubles } from "./trouble.js";
import { button, buzz, show, tell, twice, warn } from "./view.js";

// play shows a match until its desk ends.
export async function play(desk, { leave, servers, notes = [] }) {
  await desk.begin();
  if (desk.signal.aborted) return;
  if (!desk.first) {
    return leave(say("s_forbidden"));
  }
  const parts = build(desk, { leave, servers });
  desk.changed = () => update(desk, parts);
  show("play", ...notes, ...parts.all);
  const ticking = setInterval(desk.changed, 1000);
  desk.signal.addEventListener("abort", () => clearInterval(ticking));
  update(desk, parts);
}

function build(desk, { leave, servers }) {
  // What a tap before this one does is done first; then it counts if what was
  // tapped is still there. A button that is not done takes no second tap.
  let before = Promise.resolve();
  const tapped = (act) => {
    let busy = false;
    return async (_, node) => {
      if (busy) return;
      busy = true;
      buzz(15);
      desk.look();
      const mine = before.then(() => desk.done).then(() => node.hidden || act()).finally(() => (busy = false));
      before = mine.catch(() => {});
      await mine;
    };
  };
  const parts = { title: el("h1"), score: el("span", { class: "score" }), minute: el("span", { class: "minute" }), period: el("span", { class: "period" }),
    queue: button("", servers, { class: "queue" }), recent: button("", tapped(() => log(desk)), { class: "recent" }), banners: el("div", { class: "banners", role: "alert" }), when: [], named: [] };
  parts.score.append(el("bdi", { class: "home" }), el("b", {}), el("bdi", { class: "visit" }));
  parts.title.append(parts.score, el("span", { class: "phase" }, parts.minute, " ", parts.period));
  // shown adds a button that is there while is() holds.
  const shown = (is, node) => (parts.when.push([is, node]), node);
  const can = (kind) => () => desk.can(kind);
  const one = (kind, side, act, look = kind, is = can(kind)) => ofTeam(side, `do_${look}`,
    shown(is, button([el("span", {}, say(`do_${look}`)), ...(look === "goal" ? [" ", el("small")] : [])], tapped(() => act(desk, kind, side)), { class: `do ${look}` })));
  const ofTeam = (side, what, node) => (parts.named.push([node, side, what]), node);
  const cards = (side) => ["yellow", "red"].map((colour) => one("card", side, () => card(desk, colour, side), colour));
  const columns = ["home", "visit"].map((side) => ofTeam(side, "", el("section", { class: `team ${side}` },
    shown(can("lineup"), button("", tapped(() => lineup(desk, side)), { class: "do lineup", "data-side": side })),
    one("goal", side, goal), one("miss", side, goal, "miss", () => desk.can("miss") && desk.state.period === "penalties"),
    ...cards(side), one("substitution", side, () => substitution(desk, side)),
    ...["shot", "foul", "corner"].map((kind) => one(kind, side, counted)))));
  const turn = (kind, is, ends) => shown(() => desk.can(kind) && is(desk.state), (ends ? twice : button)(say(`do_${kind}`), tapped(() => desk.tap(kind)), { class: `do turn ${kind}` }));
  const level = (s) => s.home.score === s.visit.score;
  const now = el("section", { class: "now", "aria-label": say("now") },
    turn("start", (s) => s.home.announced.length && s.visit.announced.length), turn("halftime", () => true), turn("continue", () => true),
    turn("stop", (s) => s.period !== "first" && s.period !== "first_extra", true), turn("extratime", level, true), turn("penalties", (s) => level(s) && s.period === "last_extra", true),
    turn("resume", () => true), shown(can("addedtime"), button(say("do_addedtime"), tapped(() => addedtime(desk)), { class: "do addedtime" })),
    shown(() => desk.can("abandon") && desk.state.suspended, button(say("do_abandon"), tapped(() => sentence(desk, "abandon")), { class: "do abandon" })),
    shown(() => !desk.can("addedtime") && !desk.state.suspended, button(say("do_comment"), tapped(() => sentence(desk, "comment")), { class: "do comment" })));
  // It does not go on to the event before at once: whoever taps again in doubt meant the same.
  parts.undo = button([el("b", {}, say("undo")), el("span")], tapped(async () => {
    if (!desk.last) return;
    const what = brief(desk.last);
    await desk.undo();
    tell(`${say("undone")}: ${what}`);
    parts.undone = what;
    setTimeout(() => (parts.undone = "", desk.changed()), 3000);
    desk.changed();
  }), { class: "undo" });
  parts.review = shown(can("var"), button(say("do_var"), tapped(() => review(desk, brief)), { class: "dockit var" }));
  const dock = el("nav", { class: "dock", "aria-label": say("actions") }, parts.undo, parts.review,
    button(say("events"), tapped(() => log(desk)), { class: "dockit" }), button(say("more"), tapped(() => more(desk, servers)), { class: "dockit" }));
  parts.all = [el("header", { class: "bar" }, button("‹", () => leave(), { class: "back", "aria-label": say("back") }), parts.title), parts.queue,
    parts.banners, parts.recent, el("div", { class: "teams" }, ...columns), now, dock];
  return parts;
}

// update writes what may have changed.
function update(desk, parts) {
  const { first, state } = desk, n = desk.waiting, { settled } = first;
  const goals = (s) => `${s.home.score}–${s.visit.score}${s.shootout ? ` (${s.home.penalties}–${s.visit.penalties})` : ""}`;
  put(parts.score.querySelector(".home"), desk.name("home"));
  put(parts.score.querySelector("b"), state.period === "not_started" ? " – " : ` ${goals(state)} `);
  put(parts.score.querySelector(".visit"), desk.name("visit"));
  for (const [node, side, what] of parts.named) {
    const named = what ? say("of_team", { what: say(what), team: desk.name(side) }) : desk.name(side);
    if (node.getAttribute("aria-label") !== named) node.setAttribute("aria-label", named);
    if (what === "do_goal") put(node.querySelector("small"), desk.name(side));
  }
  const m = first.minute();
  put(parts.minute, m ? `${m}′` : "");
  put(parts.period, label(state.period, state.period === "not_started" && first.info?.status === "postponed" ? "postponed" : statusOf(state)) + (state.review ? ` · ${say("under_review")}` : ""));
  document.title = `${desk.name("home")} ${goals(state)} ${desk.name("visit")} · ${words.page.name}`;
  queue(desk, parts, n && settled.period !== "not_started" && goals(settled) !== goals(state) ? goals(settled) : "", n);
  recent(desk, parts);
  trouble(desk, parts);
  for (const [is, node] of parts.when) node.hidden = !is();
  for (const node of document.querySelectorAll(".do.lineup")) {
    const { side } = node.dataset, count = state[side].announced.length;
    put(node, say(count ? "lineup_there" : "lineup_missing", { team: desk.name(side), n: count }));
    node.classList.toggle("done", count > 0);
  }
  parts.review.classList.toggle("open", Boolean(state.review));
  const { last } = desk, { undone } = parts;
  parts.undo.disabled = !last || Boolean(undone);
  put(parts.undo.querySelector("b"), say(undone ? "undone" : "undo"));
  put(parts.undo.querySelector("span"), undone || (last ? brief(last) : ""));
}

// queue is the line below the score: what is confirmed, what waits, and how
// each server is.
function queue(desk, parts, confirmed, n) {
  const states = desk.places.map((p) => [p, stateOf(p)]);
  const worst = ["bad", "slow", "good"].find((s) => states.some(([, { state }]) => state === s));
  const said = states.map(([p, { text }]) => (states.length > 1 ? `${hostOf(p.origin)}: ${text}` : text)).join(" · ");
  const line = confirmed ? `${say("confirmed_score", { score: confirmed, n })} · ${said}` : said;
  parts.queue.className = `queue ${worst}`;
  put(parts.queue, line);
}

// recent is what was tapped or happened last, and where it stands.
function recent(desk, parts) {
  const last = desk.state.told.at(-1), where = last ? standing(last) : "";
  const id = last ? `${last.tap ?? last.mark} ${where} ${last.data.comment ?? ""}${desk.first.history.length && last.by}` : "";
  parts.recent.hidden = !last;
  if (parts.recent.dataset.shown === id) return;
  const first = parts.recent.dataset.shown === undefined;
  parts.recent.dataset.shown = id;
  if (!last) return;
  parts.recent.className = `recent ${where}`;
  parts.recent.replaceChildren(el("span", { class: "told" }, ...nodes(last, desk.names)), el("span", { class: `standing ${where}` }, where === "other" ? last.by ?? say("another") : say(where)));
  if (!first) tell(`${text(last, desk.names)} ${where === "other" ? say("by_another", { name: last.by ?? "" }) : say(where)}`);
}

function trouble(desk, parts) {
  const all = troubles(desk), id = all.map(({ place, entry }) => `${entry.n} ${entry.key} ${entry.state} ${place.held?.status} ${place.held?.detail}`).join();
  if ((parts.banners.dataset.shown ?? "") === id) return;
  parts.banners.dataset.shown = id;
  parts.banners.replaceChildren(...all.map((t) => banner(desk, t)));
  if (all.length) buzz([60, 40, 60]);
  if (!all.length) warn("");
}
