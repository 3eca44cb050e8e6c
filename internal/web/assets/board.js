// The list of matches, going on by itself over /1/stream.
import { el, flash, put } from "./dom.js";
import { label } from "./sentence.js";
import { minute, serverClock } from "./clock.js";
import { follow } from "./connection.js";

const main = document.querySelector("main");
const clock = serverClock(Number(main.dataset.now));
const heard = new Map(); // when a match was last told of, by id
const isLive = (status) => status === "live" || status === "suspended";
const find = (id) => main.querySelector(`.line[data-id="${CSS.escape(id)}"]`);

// show writes one match into its line.
function show(line, score) {
  const { period, status } = score, before = line.dataset.status;
  Object.assign(line.dataset, { period, status, start: score["period-start"] ?? 0, speed: score.speed });
  line.className = `line ${isLive(status) ? "live" : period === "ended" ? "over" : ""}`;
  let scored = false;
  for (const side of ["home", "visit"]) {
    put(line.querySelector(`.team.${side} bdi`), score[`${side}-name`] || score[side]);
    const goals = line.querySelector(`.goals.${side}`), kicks = score[`${side}-penalties`];
    const text = period === "not_started" ? "" : String(score[`${side}-score`]) + (kicks === undefined ? "" : ` (${kicks})`);
    if (goals.textContent.trim() === text) continue;
    scored ||= goals.textContent.trim() !== "";
    goals.replaceChildren(...(kicks === undefined || !text ? [text] : [String(score[`${side}-score`]), " ", el("small", {}, `(${kicks})`)]));
  }
  for (const [side, other] of [["home", "visit"], ["visit", "home"]]) {
    line.querySelector(`.team.${side}`).classList.toggle("won", status === "ended" && score[`${side}-score`] > score[`${other}-score`]);
  }
  if (period !== "not_started" || status !== "scheduled" || before !== "scheduled") {
    put(line.querySelector(".when"), score.minute && status === "live" ? `${score.minute}′` : label(period, status));
  }
  if (scored) flash(line);
}

const makeLine = (id) => el("a", { class: "line", href: `/match/${encodeURIComponent(id)}`, "data-id": id },
  el("span", { class: "when" }),
  ...["home", "visit"].flatMap((side) => [
    el("span", { class: `team ${side}` }, el("bdi")), el("span", { class: `goals ${side}` })]));

// take is called for each match that the stream tells of.
function take(kind, score) {
  const id = score.match;
  heard.set(id, Date.now());
  let line = find(id);
  if (kind === "gone") return line && remove(line);
  const live = isLive(score.status), section = main.querySelector(".now");
  if (live && section && !line?.closest(".now") && document.activeElement !== line) {
    const old = line;
    line ??= makeLine(id);
    section.querySelector("ul").append(el("li", {}, line));
    section.hidden = false;
    main.querySelector(".empty")?.remove();
    if (old) sweep();
  }
  if (line) show(line, score);
}

function remove(line) {
  line.closest("li").remove();
  sweep();
}

// sweep takes away what has become empty.
function sweep() {
  for (const li of main.querySelectorAll(".lines > li:empty")) li.remove();
  for (const section of main.querySelectorAll("section")) {
    if (section.querySelector("li")) continue;
    if (section.classList.contains("now")) section.hidden = true;
    else section.remove();
  }
}

// The stream begins with the matches that are not over. A line that says
// "live" and is not among them has ended meanwhile, or is gone: ask.
function opened() {
  const since = Date.now();
  setTimeout(async () => {
    for (const line of main.querySelectorAll(".line.live")) {
      const { id } = line.dataset;
      if (heard.get(id) >= since) continue;
      try {
        const answer = await fetch(`/1/match/${encodeURIComponent(id)}`, { cache: "no-store" });
        if (answer.status === 404) remove(line);
        if (answer.ok) show(line, scoreOf(await answer.json(), line));
      } catch {
        return; // not live now; the next opening asks again
      }
    }
  }, 3000 + Math.random() * 2000);
}

// scoreOf is a match as the stream would tell of it.
function scoreOf(data, line) {
  const score = { ...data, match: data.id };
  if (!line.querySelector("small") && !data["home-penalties"] && !data["visit-penalties"]) {
    delete score["home-penalties"];
    delete score["visit-penalties"];
  }
  return score;
}

function tick() {
  for (const line of main.querySelectorAll(".line.live")) {
    const { period, status, start, speed } = line.dataset;
    const m = status === "live" && minute(period, Number(start), Number(speed), clock());
    if (m) put(line.querySelector(".when"), `${m}′`);
  }
}

follow({ address: () => "/1/stream", kinds: ["match", "gone"], take, opened });
setInterval(tick, 1000);
