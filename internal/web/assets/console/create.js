// A new match, on as many servers as are chosen. One that has it already is
// taken as it is.
import { el } from "../dom.js";
import { ask } from "./ask.js";
import { instantOf, lastDay, today, utcDayOf } from "./days.js";
import { say } from "./say.js";
import { reason } from "./told.js";
import { hostOf, mayChange, signedIn, tokenOf } from "./servers.js";
import { button, field, form, input, show } from "./view.js";

// idOf makes a team's id of its name.
export const idOf = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 32);
const isId = (id) => /^[a-z0-9_]{1,32}$/.test(id);
const optional = (key) => say("optional", { what: say(key) });

export async function create({ opened, back }) {
  const where = signedIn().filter(mayChange), date = input({ type: "date", required: true, value: today(), max: lastDay });
  const time = input({ type: "time" }), stadium = input({ maxlength: 200 }), competition = input({ maxlength: 200 });
  const known = el("datalist", { id: "teams" }), home = team(say("home"), "#0b6b43"), visit = team(say("visit"), "#e2762b");
  const boxes = where.map((origin) => [origin, el("input", { type: "checkbox", checked: true })]);
  const trouble = el("p", { class: "wrong", role: "alert" });
  const send = el("button", { class: "main wide" }, say("create"));
  show("create", el("div", { class: "head" }, button("‹", back, { class: "back", "aria-label": say("back") }), el("h1", {}, say("new_match"))),
    form(async () => {
      send.disabled = true;
      trouble.textContent = "";
      try {
        trouble.textContent = (await make()) ?? "";
      } finally {
        send.disabled = false;
      }
    }, known, home.node, visit.node, el("div", { class: "pair" }, field(say("date"), date), field(optional("kickoff"), time, say("your_time"))),
    field(optional("competition"), competition), field(optional("stadium"), stadium),
    ...(boxes.length > 1 ? [el("fieldset", {}, el("legend", {}, say("servers")), ...boxes.map(([origin, box]) => field(hostOf(origin), box)))] : []), trouble, send));

  const { data } = await ask(location.origin, "GET", "/1/teams");
  const teams = Array.isArray(data) ? data : [];
  known.append(...teams.map((t) => el("option", { value: t.name }, t.id)));
  for (const side of [home, visit]) side.know(teams);

  async function make() {
    const [h, v] = [home.read(), visit.read()];
    if (!h || !v || !date.value) return say("create_needs");
    if (!date.validity.valid || time.validity.badInput) return say("kickoff_needs");
    const odd = [h, v].find((t) => !isId(t.id));
    if (odd) return odd.refused(say("create_id", { team: odd.name }));
    if (h.id === v.id) return v.fresh ? v.refused(say("create_needs")) : say("create_needs");
    const body = { home: h.id, visit: v.id, date: utcDayOf(date.value, time.value),
      ...(stadium.value.trim() ? { stadium: stadium.value.trim() } : {}), ...(competition.value.trim() ? { competition: competition.value.trim() } : {}),
      ...(time.value ? { kickoff: instantOf(date.value, time.value) } : {}) };
    const chosen = boxes.length > 1 ? boxes.filter(([, box]) => box.checked).map(([origin]) => origin) : where;
    const results = await Promise.all(chosen.map((origin) => createOn(origin, body, [h, v])));
    const failed = results.map((r, i) => r && (chosen.length > 1 ? `${hostOf(chosen[i])}: ${r}` : r)).filter(Boolean);
    if (!chosen.length || failed.length === chosen.length) return failed.join(" ") || say("create_where");
    opened(`${h.id}-${v.id}-${body.date}`, failed.join(" "));
  }
}

// createOn makes the teams and the match on one server; what went wrong, or "".
export async function createOn(origin, body, teams) {
  const token = tokenOf(origin), there = await ask(origin, "GET", "/1/teams");
  if (there.status !== 200) return say("unreachable");
  for (const t of teams) {
    const is = there.data.find((x) => x.id === t.id);
    if (is && t.fresh && is.name !== t.name) return t.refused(say("team_taken", { id: t.id, name: is.name }));
    if (is) continue; // as it is called there
    const { name, colours, division } = t;
    const put = await ask(origin, "PUT", `/1/team/${t.id}`, { token, body: JSON.stringify({ name, colours, division }) });
    if (put.status !== 200 && put.status !== 201) return put.status ? reason(put.data) : say("unreachable");
  }
  const made = await ask(origin, "POST", "/1/matches", { token, body: JSON.stringify(body) });
  if (made.status === 201 || made.status === 409) return "";
  return made.status ? reason(made.data) : say("unreachable");
}

// team is the part of the form for one side: a team that there is, or a new
// one. A new one's id is made of its name; who wants another looks for it.
function team(label, colour) {
  let teams = [], own = false;
  const name = input({ list: "teams", required: true, maxlength: 200 }), id = input({ pattern: "[a-z0-9_]{1,32}", maxlength: 32, autocapitalize: "off", spellcheck: "false" });
  const colours = [el("input", { type: "color", value: colour }), el("input", { type: "color", value: "#ffffff" })];
  const trouble = el("p", { class: "wrong" }), advanced = el("details", { class: "other" }, el("summary", { "aria-label": say("of_side", { what: say("advanced"), side: label }) }, say("advanced")),
    field(say("team_id", { side: label }), id, say("team_id_hint")), trouble);
  const fresh = el("div", { class: "fresh", hidden: true },
    el("div", { class: "pair" }, field(say("colour_first", { side: label }), colours[0]), field(say("colour_second", { side: label }), colours[1])), advanced);
  const is = () => teams.find((t) => t.name.toLowerCase() === name.value.trim().toLowerCase() || t.id === name.value.trim());
  name.addEventListener("input", () => {
    trouble.textContent = "";
    fresh.hidden = !name.value.trim() || Boolean(is());
    if (!own) id.value = idOf(name.value);
    if (!fresh.hidden && !id.value) advanced.open = true; // of this name nothing can be made
  });
  id.addEventListener("input", () => {
    trouble.textContent = "";
    own = Boolean(id.value);
  });
  const refused = (why) => {
    trouble.textContent = why;
    advanced.open = true;
    id.focus();
    return why;
  };
  return { node: el("div", {}, field(label, name), fresh), know: (some) => (teams = some),
    read: () => {
      const typed = name.value.trim();
      return is() ?? (typed ? { id: id.value.trim(), name: typed, colours: colours.map((c) => c.value), fresh: true, refused } : undefined);
    } };
}
