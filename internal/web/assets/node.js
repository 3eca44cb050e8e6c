// The page of the node, going on by itself: once a second it asks what is new.
// All texts come from the server.
import { el, patch, put } from "./dom.js";
import { draw } from "./spark.js";

const kept = 180, every = 1000;
const main = document.querySelector("main"), shown = document.querySelector(".connection");
const form = main.querySelector(".signin"), find = (selector) => main.querySelector(selector);
const rows = [...main.querySelectorAll("[data-at]")].map((row) => ({
  row, at: Number(row.dataset.at), now: row.querySelector(".now"), note: row.querySelector(".note"),
  line: row.querySelector(".line"), area: row.querySelector(".area"), points: [] }));
let run = "", next = 0, timer, missed = 0;

const token = () => sessionStorage.getItem("token");

function say(state) {
  shown.hidden = !state;
  shown.dataset.state = state;
  put(shown, shown.dataset[state] ?? "");
}

// take shows what the node says of itself.
function take(now) {
  if (now.run !== run) for (const r of rows) r.points = [];
  for (const r of rows) {
    const value = now.rows[r.at];
    const known = now.run === run ? next - now.from : 0; // points that are told anew
    r.points = [...r.points.slice(0, r.points.length - Math.max(known, 0)), ...now.points[r.at]].slice(-kept);
    const { line, area } = draw(r.points);
    r.line.setAttribute("d", line);
    r.area.setAttribute("d", area);
    put(r.now, value.now);
    put(r.note, value.note);
    r.row.classList.toggle("rest", value.rest);
  }
  run = now.run;
  next = now.from + now.points[0].length;
  put(find(".up"), now.up);
  put(find(".which"), now.node);
  put(find(".version"), now.version);
  put(find("#state"), now.state);
  find(".state").classList.toggle("wrong", now.troubles.length > 0);
  patch(find(".troubles"), now.troubles.map((t) => el("li", { class: t.grave && "grave" },
    el("p", { class: "what" }, t.what), el("p", { class: "do" }, t.do), el("p", { class: "since" }, t.since))));
  find(".nodes").hidden = now.nodes.length < 2;
  patch(find(".nodes tbody"), now.nodes.map((n) => el("tr", { class: n.mark },
    el("th", { scope: "row" }, el("bdi", {}, n.name)), el("td", { class: "how" }, n.state),
    el("td", { class: "value" }, el("span", { class: "now" }, n.watchers), " ", el("span", { class: "note" }, n.limit)),
    el("td", { class: "where" }, n.address), el("td", { class: "build" }, n.version))));
  patch(find(".matches tbody"), now.matches.map((m) => el("tr", {},
    el("th", { scope: "row" }, el("a", { href: m.address },
      el("bdi", {}, m.names[0]), " ", el("span", { class: "result" }, m.score), " ", el("bdi", {}, m.names[1]))),
    ...[m.tcp, m.sse, m.ws].map((n) => el("td", {}, n)), el("td", { class: "all" }, m.watchers))));
  find(".matches .quiet").hidden = now.matches.length > 0;
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden || (form && !token())) return;
  try {
    const since = Math.max(next - 1, 0); // the last point has grown
    const answer = await fetch(`/node/samples?run=${run}&since=${since}&lang=${document.documentElement.lang}`, {
      cache: "no-store", credentials: "omit", headers: token() ? { Authorization: `Bearer ${token()}` } : {} });
    if (answer.status === 401 || answer.status === 403 || answer.status === 429) return shut(await answer.json());
    if (!answer.ok) throw new Error(answer.status);
    take(await answer.json());
    open();
    missed = 0;
    say("live");
  } catch {
    if (++missed > 2) say("lost");
  }
  timer = setTimeout(ask, missed ? Math.min(2 ** missed, 10) * every : every);
}

// shut asks for a token; what the node has said stays hidden.
function shut({ detail }) {
  sessionStorage.removeItem("token");
  find(".told").hidden = true;
  if (!form) return say("lost");
  form.hidden = false;
  put(form.querySelector(".wrong"), detail ?? "");
  form.querySelector("input").focus();
  say("");
}

function open() {
  find(".told").hidden = false;
  if (form) form.hidden = true;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const input = form.querySelector("input");
  sessionStorage.setItem("token", input.value.trim());
  input.value = "";
  ask();
});
document.addEventListener("visibilitychange", ask);
addEventListener("online", ask);
ask();
