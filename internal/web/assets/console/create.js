// A new match, on as many servers as are chosen. One that has it already is
// taken as it is.
import { el } from "../dom.js";
import { ask } from "./ask.js";
import { say } from "./say.js";
import { reason } from "./told.js";
import { bearer, hostOf, signedIn, tokenOf } from "./servers.js";
import { button, field, form, input, show } from "./view.js";

// idOf makes a team's id of its name.
export const idOf = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 32);

export async function create({ opened, back }) {
  const may = (origin) => (bearer(origin)?.scopes ?? ["operator"]).includes("operator");
  const where = signedIn().filter(may), date = input({ type: "date", required: true, value: new Date().toISOString().slice(0, 10) });
  const time = input({ type: "time" }), stadium = input({ maxlength: 200 }), competition = input({ maxlength: 200 });
  const known = el("datalist", { id: "teams" }), home = team(say("home"), "#0b6b43"), visit = team(say("visit"), "#e2762b");
  const boxes = where.map((origin) => [origin, el("input", { type: "checkbox", checked: true })]);
  const trouble = el("p", { class: "wrong", role: "alert" });
  const send = el("button", { class: "main wide" }, say("create"));
  show("create", el("div", { class: "head" }, button("‹", back, { class: "back", "aria-label": say("back") }), el("h1", {}, say("new_match"))),
    form(async () => {
      send.disabled = true;
      trouble.textContent = "";
      const trouble_ = await make();
      send.disabled = false;
      if (trouble_) trouble.textContent = trouble_;
    }, known, home.node, visit.node, el("div", { class: "pair" }, field(say("date"), date), field(say("kickoff"), time, say("your_time"))),
    field(say("competition"), competition), field(say("stadium"), stadium),
    ...(boxes.length > 1 ? [el("fieldset", {}, el("legend", {}, say("servers")), ...boxes.map(([origin, box]) => field(hostOf(origin), box)))] : []), trouble, send));

  const { data } = await ask(location.origin, "GET", "/1/teams");
  const teams = Array.isArray(data) ? data : [];
  known.append(...teams.map((t) => el("option", { value: t.name }, t.id)));
  for (const side of [home, visit]) side.know(teams);

  async function make() {
    const [h, v] = [home.read(), visit.read()];
    if (!h || !v || h.id === v.id || !date.value) return say("create_needs");
    const at = time.value && new Date(`${date.value}T${time.value}`);
    const body = { home: h.id, visit: v.id, date: at ? at.toISOString().slice(0, 10) : date.value,
      ...(stadium.value.trim() ? { stadium: stadium.value.trim() } : {}), ...(competition.value.trim() ? { competition: competition.value.trim() } : {}),
      ...(at ? { kickoff: at.toISOString().replace(/\.\d+/, "") } : {}) };
    const chosen = boxes.length > 1 ? boxes.filter(([, box]) => box.checked).map(([origin]) => origin) : where;
    const results = await Promise.all(chosen.map((origin) => createOn(origin, body, [h, v])));
    const failed = results.map((r, i) => r && `${hostOf(chosen[i])}: ${r}`).filter(Boolean);
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
    if (is && t.fresh && is.name !== t.name) return say("team_taken", { id: t.id, name: is.name });
    if (is) continue; // as it is called there
    const { name, colours, division } = t;
    const put = await ask(origin, "PUT", `/1/team/${t.id}`, { token, body: JSON.stringify({ name, colours, division }) });
    if (put.status !== 200 && put.status !== 201) return put.status ? reason(put.data) : say("unreachable");
  }
  const made = await ask(origin, "POST", "/1/matches", { token, body: JSON.stringify(body) });
  if (made.status === 201 || made.status === 409) return "";
  return made.status ? reason(made.data) : say("unreachable");
}

// team is the part of the form for one side: a team that there is, or a new one.
function team(label, colour) {
  let teams = [];
  const name = input({ list: "teams", required: true, maxlength: 200 }), id = input({ pattern: "[a-z0-9_]{1,32}", maxlength: 32, autocapitalize: "off" });
  const colours = [el("input", { type: "color", value: colour }), el("input", { type: "color", value: "#ffffff" })];
  const fresh = el("div", { class: "fresh", hidden: true }, field(say("team_id", { side: label }), id, say("team_id_hint")),
    el("div", { class: "pair" }, field(say("colour_first", { side: label }), colours[0]), field(say("colour_second", { side: label }), colours[1])));
  const is = () => teams.find((t) => t.name.toLowerCase() === name.value.trim().toLowerCase() || t.id === name.value.trim());
  name.addEventListener("input", () => {
    fresh.hidden = !name.value.trim() || Boolean(is());
    id.value = idOf(name.value);
  });
  return { node: el("div", {}, field(label, name), fresh), know: (some) => (teams = some),
    read: () => {
      const typed = name.value.trim(), found = is();
      if (found) return found;
      return typed && /^[a-z0-9_]{1,32}$/.test(id.value) ? { id: id.value, name: typed, colours: colours.map((c) => c.value), fresh: true } : undefined;
    } };
}
