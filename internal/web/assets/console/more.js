// Everything that can happen now and has no big button of its own. All of it
// stands on a phone's screen: a sheet that is scrolled is searched.
import { el } from "../dom.js";
import { canEdit, details } from "./details.js";
import { playing } from "./rules.js";
import { say } from "./say.js";
import { counted, goal, sentence } from "./sheets.js";
import { button, sheet, twice } from "./view.js";

export function more(desk, servers) {
  const s = sheet(say("more"), { class: "more" }), act = (work) => () => (s.close(), work()), { period } = desk.state;
  for (const place of desk.places) place.refresh(); // no stream tells that somebody else has changed the details
  const kinds = ["offside", "penalty", "miss", "save", "freekick", "throwin", "goalkick"].filter((kind) => desk.can(kind) && !(kind === "miss" && period === "penalties"));
  if (kinds.length) {
    s.body.append(el("div", { class: "teams" }, ...["home", "visit"].map((side) => el("section", { class: `team ${side}`, "aria-label": desk.name(side) },
      el("h3", {}, el("bdi", {}, desk.name(side))),
      ...kinds.map((kind) => button(say(`do_${kind}`), act(() => (kind === "miss" ? goal : counted)(desk, kind, side)),
        { class: "main", "aria-label": say("of_team", { what: say(`do_${kind}`), team: desk.name(side) }) }))))));
  }
  const whole = [];
  const add = (is, make) => is && whole.push(make());
  add(true, () => button(say("do_comment"), act(() => sentence(desk, "comment")), { class: "main" }));
  add(desk.can("suspend"), () => button(say("do_suspend"), act(() => sentence(desk, "suspend")), { class: "main" }));
  // What ends the half for everybody is tapped twice.
  for (const kind of ["extratime", "penalties"]) {
    add(desk.can(kind), () => twice(say(`do_${kind}`), act(() => desk.tap(kind)), { class: "main" }));
  }
  add(playing(period) && desk.can("stop"), () => twice(say("do_stop"), act(() => desk.tap("stop")), { class: "main red" }));
  add(desk.can("abandon"), () => button(say("do_abandon"), act(() => sentence(desk, "abandon")), { class: "main red" }));
  add(canEdit(desk), () => button(say("edit_match"), act(() => details(desk)), { class: "main" }));
  add(true, () => button(say("servers"), act(servers), { class: "main" }));
  s.body.append(el("div", { class: "whole" }, ...whole,
    el("a", { class: "main link", href: `/match/${encodeURIComponent(desk.match)}`, target: "_blank", rel: "noopener" }, say("page_of_match"))));
}
