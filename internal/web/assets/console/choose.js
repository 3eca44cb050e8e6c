// The choosing of a match: what is live and what is today, what is on this
// device, and a search in all there are.
import words from "../words.js";
import { el } from "../dom.js";
import { label } from "../sentence.js";
import { ask } from "./ask.js";
import { placesKept, prune } from "./database.js";
import { clockOf, dayOf, noonOf, today, utcDaysOf } from "./days.js";
import { say } from "./say.js";
import { bearer } from "./servers.js";
import { button, field, input, show } from "./view.js";

const livePeriods = "first,halftime,last,first_extra,halftime_extra,last_extra,penalties";
const read = async (path) => {
  const { status, data } = await ask(location.origin, "GET", path);
  return status === 200 && Array.isArray(data) ? data : undefined;
};

// choose shows the view; open(id) is called with the match that was taken,
// create() for a new one, servers() for the list of servers.
export async function choose({ open, create, servers, notes }) {
  const scopes = bearer(location.origin)?.scopes ?? ["operator"];
  const all = scopes.includes("operator"), mine = scopes.filter((s) => s.startsWith("match:")).map((s) => s.slice(6));
  const search = input({ type: "search", enterkeyhint: "search" }), lists = el("div", { class: "matches" }, el("p", { class: "quiet" }, say("loading")));
  show("choose", el("div", { class: "head" }, el("h1", {}, say("choose")), button(say("servers"), servers, { class: "plain" })), ...notes,
    ...(all ? [button(say("new_match"), create, { class: "main wide" }), field(say("search"), search)] : []), lists);

  const [ids, teams, live, kept, ...days] = await Promise.all([read("/1/matches"), read("/1/teams"),
    read(`/1/matches?expand=1&period=${livePeriods}`), placesKept().catch(() => []),
    ...utcDaysOf(today()).map((day) => read(`/1/matches?expand=1&date=${day}`))]);
  const names = Object.fromEntries((teams ?? []).map((t) => [t.id, t.name]));
  const known = new Map();
  for (const { match, info } of kept) if (info) known.set(match, info);
  for (const m of [...days, live].flatMap((some) => some ?? [])) known.set(m.id, m);
  const begins = (id) => known.get(id)?.kickoff && new Date(known.get(id).kickoff);
  const day = (id) => (begins(id) ? dayOf(begins(id)) : id.slice(-10));
  const when = (id) => (begins(id) && day(id) === today() ? clockOf(begins(id)) : day(id));
  const row = (id) => {
    const [home, visit] = id.split("-"), m = known.get(id);
    const name = (side, team) => m?.[`${side}-name`] ?? names[team] ?? team;
    const begun = m && m.period !== "not_started";
    return el("li", {}, button([el("span", { class: "when" }, m && (begun || m.status !== "scheduled") ? label(m.period, m.status) : when(id)),
      el("span", { class: "who" }, el("bdi", {}, name("home", home)), begun ? ` ${m["home-score"]}–${m["visit-score"]} ` : " – ", el("bdi", {}, name("visit", visit)))],
    () => open(id), { class: "match" }));
  };
  const section = (title, some) => (some.length ? [el("section", {}, el("h2", {}, title), el("ul", {}, ...some.map(row)))] : []);
  const nearest = (some) => some.toSorted((a, b) => Math.abs(noonOf(day(a)) - Date.now()) - Math.abs(noonOf(day(b)) - Date.now()));
  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    const everything = [...new Set([...(ids ?? []), ...known.keys()])].filter((id) => all || mine.includes(id));
    if (!all) for (const id of mine) if (!everything.includes(id)) everything.push(id);
    if (wanted) {
      const text = (id) => { const [h, v] = id.split("-"); return `${id} ${names[h] ?? ""} ${names[v] ?? ""}`.toLowerCase(); };
      const found = nearest(everything.filter((id) => wanted.split(/\s+/).every((w) => text(id).includes(w))));
      return lists.replaceChildren(...section(say("found", { n: found.length }), found.slice(0, 50)));
    }
    const running = everything.filter((id) => { const m = known.get(id); return m && m.period !== "not_started" && m.period !== "ended"; });
    const here = everything.filter((id) => day(id) === today() && !running.includes(id));
    const rest = nearest(everything.filter((id) => !running.includes(id) && !here.includes(id))).slice(0, 20);
    lists.replaceChildren(...section(words.page.live_now, running), ...section(say("today"), here), ...section(say("others"), rest),
      ...(ids ? [] : [el("p", { class: "quiet" }, say("list_offline"))]), ...(everything.length ? [] : [el("p", { class: "quiet" }, say("no_matches"))]));
  };
  search.addEventListener("input", draw);
  draw();
  prune(Date.now() - 30 * 86400000);
}
