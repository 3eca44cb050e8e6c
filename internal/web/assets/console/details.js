// What is known of a match beside its events: when and where it begins, whether
// it is postponed; and its end, where it should never have been made. This goes
// to all servers at once, and not as taps do: without a network nothing is
// changed, and what was typed stays.
import { el } from "../dom.js";
import { label } from "../sentence.js";
import { ask } from "./ask.js";
import { dropPlace } from "./database.js";
import { clockOf, dayOf, instantOf, lastDay, utcDayOf } from "./days.js";
import { say } from "./say.js";
import { hostOf, mayChange, tokenOf } from "./servers.js";
import { reason } from "./told.js";
import { field, form, input, sheet, tell, twice, warn } from "./view.js";

const changeable = (desk) => desk.places.filter((p) => tokenOf(p.origin) && mayChange(p.origin) && p.link !== "missing");

// canEdit says whether there is a server on which the details can be changed.
export const canEdit = (desk) => changeable(desk).length > 0;

// details opens the form. Once a match has begun, only its names are left.
export function details(desk) {
  const s = sheet(say("edit_match")), info = desk.first.info ?? {}, before = desk.state.period === "not_started";
  const seen = new Map(desk.places.map((p) => [p, p.seen])); // what is deleted is what was looked at
  const trouble = el("p", { class: "wrong", role: "alert" }), when = schedule(desk.match.slice(-10), info.kickoff);
  const competition = input({ value: info.competition ?? "", maxlength: 200 }), stadium = input({ value: info.stadium ?? "", maxlength: 200 });
  const postponed = el("input", { type: "checkbox", checked: info.status === "postponed" });
  const save = el("button", { class: "main wide" }, say("save"));
  const wrong = (text) => (s.dialog.isConnected ? (trouble.textContent = text) : warn(text));

  const change = () => {
    const changes = before ? when.changes() : {};
    if (!changes) return wrong(say("kickoff_needs"));
    for (const [key, field] of [["competition", competition], ["stadium", stadium]]) {
      if (field.value.trim() !== (info[key] ?? "")) changes[key] = field.value.trim();
    }
    if (postponed.checked !== (info.status === "postponed")) changes.postponed = postponed.checked;
    if (!Object.keys(changes).length) return s.close();
    return everywhere({ method: "PATCH", body: JSON.stringify(changes) }, [200], (p) => p.refresh(), () => {
      s.close();
      tell(say("saved"));
    });
  };
  const remove = () => everywhere({ method: "DELETE" }, [204, 404], (p) => dropPlace(p.name, p.entries), () => {
    tell(say("deleted"));
    location.replace("#");
  });

  // everywhere asks each server. Only where all did it, it is done; after(place)
  // is called for each that did.
  let busy = false;
  async function everywhere({ method, body }, fine, after, done) {
    if (busy) return;
    save.disabled = busy = true;
    trouble.textContent = "";
    const places = changeable(desk), several = places.length > 1, path = `/1/match/${encodeURIComponent(desk.match)}`;
    const failed = (await Promise.all(places.map(async (p) => {
      const headers = method === "DELETE" && seen.has(p) ? { "If-Match": `"${seen.get(p)}"` } : {};
      const answer = await ask(p.origin, method, path, { token: tokenOf(p.origin), body, headers });
      if (fine.includes(answer.status)) return Promise.resolve(after(p)).then(() => "", (error) => String(error.message ?? error));
      const { status } = answer, why = status === 412 ? say("delete_look") : status ? reason(answer.data) : say("no_network");
      return several ? `${hostOf(p.origin)}: ${why}` : why;
    }))).filter(Boolean);
    save.disabled = busy = false;
    if (places.length && !failed.length) return done();
    wrong(failed.join(" ") || say("create_where"));
  }

  s.body.append(form(change, ...(before ? [when.node] : []), field(say("competition"), competition), field(say("stadium"), stadium),
    ...(before ? [field(label("not_started", "postponed"), postponed)] : []), trouble, save),
  ...(before ? [twice(say("delete_match"), remove, { class: "main wide red" })] : []));
}

// schedule are the fields of the kick-off. Its day may become another than the
// match's, which stands in its id.
function schedule(day, kickoff) {
  const at = kickoff && new Date(kickoff), was = { date: at ? dayOf(at) : day, time: at ? clockOf(at) : "" };
  const date = input({ type: "date", value: was.date, max: lastDay }), time = input({ type: "time", value: was.time });
  const hint = el("p", { class: "hint", hidden: true }, say("day_kept", { day }));
  for (const field of [date, time]) field.addEventListener("input", () => (hint.hidden = !date.value || !date.validity.valid || utcDayOf(date.value, time.value) === day));
  return { node: el("div", {}, el("div", { class: "pair" }, field(say("date"), date), field(say("kickoff"), time, say("your_time"))), hint),
    // changes are what is to be sent, undefined where half of it is missing.
    changes: () => {
      if (!date.validity.valid || time.validity.badInput) return undefined;
      if (date.value === was.date && time.value === was.time) return {};
      if (date.value && time.value) return { kickoff: instantOf(date.value, time.value) };
      return time.value || (date.value && date.value !== was.date) ? undefined : { kickoff: "" };
    } };
}
