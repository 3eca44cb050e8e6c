// Everything that can happen now and has no big button of its own.
import { el } from "../dom.js";
import { playing } from "./rules.js";
import { say } from "./say.js";
import { counted, goal, sentence } from "./sheets.js";
import { button, sheet, twice } from "./view.js";

export function more(desk, servers) {
  const s = sheet(say("more")), act = (work) => () => (s.close(), work()), { period } = desk.state;
  const rows = ["offside", "penalty", "miss", "save", "freekick", "throwin", "goalkick"].filter((kind) => desk.can(kind) && !(kind === "miss" && period === "penalties"));
  s.body.append(...rows.map((kind) => el("div", { class: "row", role: "group", "aria-label": say(`do_${kind}`) }, el("span", {}, say(`do_${kind}`)),
    ...["home", "visit"].map((side) => button(el("bdi", {}, desk.name(side)), act(() => (kind === "miss" ? goal : counted)(desk, kind, side)),
      { class: `main ${side}`, "aria-label": say("of_team", { what: say(`do_${kind}`), team: desk.name(side) }) })))));
  const whole = [];
  const add = (is, make) => is && whole.push(make());
  add(true, () => button(say("do_comment"), act(() => sentence(desk, "comment")), { class: "main" }));
  add(desk.can("suspend"), () => button(say("do_suspend"), act(() => sentence(desk, "suspend")), { class: "main" }));
  add(desk.can("extratime"), () => button(say("do_extratime"), act(() => desk.tap("extratime")), { class: "main" }));
  add(desk.can("penalties"), () => button(say("do_penalties"), act(() => desk.tap("penalties")), { class: "main" }));
  add(playing(period) && desk.can("stop"), () => twice(say("do_stop"), act(() => desk.tap("stop")), { class: "main red" }));
  add(desk.can("abandon"), () => button(say("do_abandon"), act(() => sentence(desk, "abandon")), { class: "main red" }));
  add(true, () => button(say("servers"), act(servers), { class: "main" }));
  s.body.append(el("div", { class: "pair" }, ...whole),
    el("a", { class: "main wide link", href: `/match/${encodeURIComponent(desk.match)}`, target: "_blank", rel: "noopener" }, say("page_of_match")));
}
