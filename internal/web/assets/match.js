// The page of a match, going on by itself. It begins with the events that the
// server made it of (data-picture) and takes each that the stream brings; all
// that is shown is made of them anew, and what did not change stays.
import { flash, patch, put } from "./dom.js";
import { serverClock } from "./clock.js";
import words from "./words.js";
import { plain } from "./sentence.js";
import { goOn, isGoal, isKick, isRed, parts, unfold } from "./story.js";
import { tell } from "./telling.js";
import { rounds } from "./shootout.js";
import { statistics } from "./statistics.js";
import { squadOf } from "./squad.js";
import { bench, half } from "./lineup.js";
import { course } from "./course.js";
import { showDay, showScore, showTime, statusOf } from "./scoreboard.js";
import { keeper } from "./history.js";
import { awayness } from "./away.js";
import { audience } from "./audience.js";
import { follow } from "./connection.js";

const main = document.querySelector("main");
const $ = (selector) => main.querySelector(selector);
const { events: begun, ...picture } = JSON.parse(main.dataset.picture);
const clock = serverClock(picture.now);
const showRows = keeper($(".ticker"));

let now = picture; // names, status, speed: what no event tells
let events = begun;
let [last, epoch] = parsePosition(now.position);
let whole = true; // events are all up to last
let due = 0; // up to which event they are known to be, where they are not whole
let story = unfold(events, now);
let drawn; // the minute for which the time line was drawn

function parsePosition(position) {
  const [id, epoch] = position.split("-");
  return [Number(id), epoch];
}

const address = `/1/match/${encodeURIComponent(now.id)}`;
const namesBySide = () => ({ home: now["home-name"] || now.home, visit: now["visit-name"] || now.visit });
const names = () => ({ [now.home]: namesBySide().home, [now.visit]: namesBySide().visit });
const over = () => story.period === "ended";
const news = (text) => put($(".news"), text);

// show makes the page tell the story as it is.
function show() {
  const review = story.reviews.at(-1);
  showScore(story, statusOf(story, now.status), namesBySide(), review ? plain(tell(review, names())) : "");
  showRows(story.entries, names());
  patch($(".rounds"), rounds(story));
  $(".shots").hidden = !story.shootout;
  for (const side of ["home", "visit"]) {
    const squad = squadOf(story, side);
    patch($(`.half.${side}`), half(side, squad));
    patch($(`.bench.${side}`), bench(side, squad));
  }
  patch($(".statistics tbody"), statistics(story));
  drawn = undefined;
  tick();
}

function tick() {
  const minute = showTime(story, now.speed, clock());
  if (minute === drawn) return;
  drawn = minute;
  $(".course").hidden = story.period === "not_started"; // nothing is on it
  patch($(".course"), [course(story, minute, names())]);
}

// take is called for whatever the stream tells.
function take(kind, event) {
  if (kind === "gone") return end();
  if (kind === "status") return takeStatus(event);
  if (event.id <= last) return; // numbers may be missing: of x- kinds, for which no EventSource can listen
  last = event.id;
  now = { ...now, position: event.position };
  events.push(event);
  away.missed();
  if (whole) story = unfold(events, now);
  else goOn(story, event, now);
  show();
  announce(story.entries.find((e) => e.id === event.id));
}

// announce shows what is new, and says what matters to who cannot see it.
function announce(e) {
  if (!e || e.cancelled) return;
  flash($(`#e${e.id}`));
  const matters = isGoal(e) || isKick(e) || isRed(e) || parts(e.kind) || e.kind === "var" || e.kind === "cancel";
  if (isGoal(e)) flash($(".goals"));
  if (!matters) return;
  const n = story.shootout && !isGoal(e) ? story.kicks : story.goals;
  news(`${plain(tell(e, names()))} ${n.home}–${n.visit}`);
}

// takeStatus: what no event tells may have changed. If the status is not of
// the events that are known, it is shown until they are.
function takeStatus({ position, data }) {
  const [id, its] = parsePosition(position);
  const { "home-name": home, "visit-name": visit, status, speed } = data;
  const gap = its !== epoch || id > last, late = !gap && id < last; // the history may have been faster than the stream
  now = { ...now, "home-name": home, "visit-name": visit, status: late ? now.status : status, speed };
  if (its !== epoch) events = [];
  if (gap) {
    [last, epoch, due] = [id, its, id];
    now.position = position;
  }
  if (late && !whole) return; // no news, and older than what is shown
  story = unfold(events, now);
  if (gap) catchUp(Math.random() * 2000); // spread: everybody who watches does this now
  whole &&= !gap;
  if (!whole) {
    Object.assign(story, { period: data.period, since: data["period-start"] ?? 0, abandoned: status === "abandoned",
      suspendedAt: status === "suspended" ? clock() : 0, shootout: data.period === "penalties" || data["home-penalties"] + data["visit-penalties"] > 0,
      goals: { home: data["home-score"], visit: data["visit-score"] },
      kicks: { home: data["home-penalties"], visit: data["visit-penalties"] } });
  }
  show();
}

// catchUp gets all events anew.
let catching;
function catchUp(wait, tries = 0) {
  clearTimeout(catching);
  const mine = (catching = setTimeout(async () => {
    try {
      const answer = await fetch(`${address}/history`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`history: ${answer.status}`);
      const history = await answer.json(), known = new Set(history.map((e) => e.id));
      if (mine !== catching) return; // there was another gap since: its history is asked for, too
      if ((history.at(-1)?.id ?? 0) < due) throw new Error(`history: of a server that knows less than ${due}`);
      events = [...history, ...events.filter((e) => !known.has(e.id))].sort((a, b) => a.id - b.id);
      const end = events.at(-1);
      if (end?.id > last) { // the stream will tell of it again
        last = end.id;
        now = { ...now, position: end.position };
      }
      whole = true;
      story = unfold(events, now);
      show();
    } catch (error) {
      if (mine !== catching) return;
      console.warn("the history could not be had yet", error);
      catchUp(Math.min(30000, 2000 * 2 ** tries) * (0.5 + Math.random()), tries + 1);
    }
  }, wait));
}

// An end may be taken back, and nobody is told of it then: it is looked for a
// few times, in milliseconds, ever more seldom.
const ends = [30_000, 120_000, 600_000];

// refused: the stream was answered with an end (204, an error). What does the
// match itself say?
async function refused() {
  if (over()) return ends.shift() ?? false;
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status === 404) {
    end();
    return false;
  }
  if (!answer.ok) return true;
  const data = await answer.json();
  takeStatus({ position: data.position, data });
  return !over();
}

// A mark on the time line leads to its row, wherever that is hidden.
$(".course").addEventListener("click", (event) => {
  if (event.target.closest("a")) $("#tab-events").checked = true;
});

let gone = false;
function end() {
  gone = true;
  connection.end("gone");
}

showDay();
const away = awayness(main, news);
let connection;
if (!over()) {
  connection = follow({
    address: () => `${address}/stream?since=${encodeURIComponent(now.position)}`,
    kinds: ["status", "gone", ...Object.keys(words.kind)],
    take,
    refused,
    finished: over,
    changed: away.changed,
  });
  audience($(".audience"), `${address}/audience`, () => over() || gone);
  if (story.period === "not_started") show(); // kick-off, by the reader's clock
  else tick();
  setInterval(tick, 1000);
}
