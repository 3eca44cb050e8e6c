// What a server did not take: the reason, and what happened since; the operator
// decides, and until then what was tapped later waits behind it.
import { el } from "../dom.js";
import { editor } from "./edit.js";
import { say } from "./say.js";
import { hostOf } from "./servers.js";
import { brief, nodes, reason } from "./told.js";
import { button, sheet } from "./view.js";

// stuck: a server fails at what is sent to it again and again, and all that
// was tapped later waits.
const stuck = ({ head, held }) => head?.state === "waiting" && held?.failures > 3;

// open troubles of a desk: [{place, entry}].
export const troubles = (desk) => desk.places.filter((p) => ["refused", "overtaken"].includes(p.head?.state) || stuck(p)).map((place) => ({ place, entry: place.head }));

const asTold = (entry) => ({ ...entry, mark: entry.tap, phase: {} });

// banner is the line that tells of one, and opens it.
export function banner(desk, { place, entry }) {
  const many = desk.places.length > 1;
  const what = brief(asTold(entry));
  const [text, hint] = { overtaken: [say("overtaken", { what }), say("overtaken_hint")], refused: [say("refused", { what }), reason(entry.problem)],
    waiting: [say("stuck", { what }), reason(place.held)] }[entry.state];
  return button([el("b", {}, many ? `${hostOf(place.origin)}: ` : "", text), el("span", {}, hint)],
    () => decide(desk, place, entry), { class: "banner" });
}

// players are what force lifts the rules about.
const doubted = ({ status, errors = [] } = {}) => status === 409 && errors.some((e) => /^body\.(player|player_in|player_out|assist|card)$/.test(e.location));

function decide(desk, place, { key }) {
  const entry = place.head; // as it is by now
  if (entry?.key !== key) return;
  const s = sheet(brief(asTold(entry))), act = (work) => () => (s.close(), work());
  const { seen } = place, behind = place.open.slice(1);
  s.body.append(el("p", { class: "what" }, ...nodes(asTold(entry), desk.names)));
  // Whatever is decided counts from the position seen: all up to it is shown.
  const since = place.since(entry.ifMatch);
  if (since.length) {
    s.body.append(el("h3", {}, say("since")), el("ul", { class: "since" }, ...since.map((e) =>
      el("li", {}, e.data.minute ? `${e.data.minute}′ ` : "", ...nodes(e, desk.names), e.by ? el("i", {}, ` ${e.by}`) : ""))));
  }
  if (entry.state === "overtaken") {
    s.body.append(button(say("send_it"), act(() => desk.resend(place, entry, seen)), { class: "main wide" }));
  } else if (entry.state === "waiting") {
    s.body.append(el("p", { class: "wrong" }, reason(place.held)), el("p", { class: "quiet" }, say("stuck_hint")));
  } else {
    s.body.append(el("p", { class: "wrong" }, reason(entry.problem)));
    if (doubted(entry.problem)) s.body.append(button(say("send_anyway"), act(() => desk.resend(place, entry, seen, { force: true })), { class: "main wide" }));
    else s.body.append(button(say("try_again"), act(() => desk.resend(place, entry, seen)), { class: "main wide" }));
    if (!["cancel", "amend", "start", "lineup"].includes(entry.kind)) {
      s.body.append(el("details", { class: "other" }, el("summary", {}, say("correct")),
        editor(desk, asTold(entry), (changes) => (s.close(), desk.correct(place, entry, seen, changes)))));
    }
  }
  s.body.append(button(say("drop"), act(() => desk.drop(place, entry, seen)), { class: "main wide red" }),
    ...(behind.length ? [el("p", { class: "quiet" }, say("behind", { what: behind.map((e) => brief(asTold(e))).join(" · ") }))] : []));
}
