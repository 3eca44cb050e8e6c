// The list of matches, going on by itself over /1/stream.
import words from "./words.js";
import { flash, put } from "./dom.js";
import { minute, serverClock } from "./clock.js";
import { fillLine, isLive, makeLine, scoreOf } from "./line.js";
import { homeOf, insert, restful, steady, sweep } from "./places.js";
import { timeOfDay } from "./times.js";
import { announce } from "./news.js";
import { follow } from "./connection.js";

const main = document.querySelector("main");
const clock = serverClock(Number(main.dataset.now));
const first = main.hasAttribute("data-first"), searched = main.hasAttribute("data-searched");
const find = (id) => main.querySelector(`.line[data-id="${CSS.escape(id)}"]`);
const heard = new Set(); // what the stream has told of since it was opened

// take is called for each match that the stream tells of.
function take(kind, score) {
  heard.add(score.match);
  const line = find(score.match);
  if (kind === "gone") return line && remove(line);
  if (line) change(line, score);
  else if (first && !searched && (isLive(score.status) || homeOf(main, score.start_time))) add(score);
}

// change shows a match as it stands now, in the place where it is: it moves
// when nothing is disturbed by that.
function change(line, score) {
  const before = scoreOf(line);
  fillLine(line, score);
  if (!before.begun || score.period === "not_started") return;
  for (const side of ["home", "visit"]) {
    const more = score[`${side}-score`] - before[side];
    if (more === 0 && !(before.kicks[side] < score[`${side}-penalties`])) continue;
    flash(line);
    flash(line.querySelector(`.goals.${side}`));
    if (more !== 0) announce(more > 0 ? words.page.news_goal : words.page.news_score, score, side);
  }
}

function add(score) {
  const line = makeLine(score);
  fillLine(line, score);
  const list = isLive(score.status) ? main.querySelector(".now .lines") : homeOf(main, score.start_time);
  steady(main, () => insert(list, line));
  main.querySelector(".empty")?.remove();
}

function remove(line) {
  steady(main, () => {
    line.closest("li").remove();
    sweep(main);
  });
}

// settle moves each line to where it belongs by now: what is played to the
// top, what is over back to its day. One under a finger or with the focus waits.
function settle() {
  const now = main.querySelector(".now .lines");
  if (!now) return;
  for (const line of main.querySelectorAll(".now .line:not(.live), .group:not(.now) .line.live")) {
    const list = line.classList.contains("live") ? now : homeOf(main, line.dataset.date);
    if (!list || !restful(line)) continue;
    steady(main, () => {
      insert(list, line);
      sweep(main);
    });
  }
}

// The stream begins with the matches that are not over. Of the others it says
// nothing: what ended meanwhile, began and ended, or was corrected after its
// end, is asked for, in one question that is the same for everybody.
let openings = 0, asking;
function opened() {
  heard.clear();
  const again = openings++ > 0;
  if (again && first && new Date(clock()).toISOString().slice(0, 10) !== main.dataset.today) return location.reload();
  clearTimeout(asking);
  const unheard = () => [...main.querySelectorAll(".line")].filter((line) => !heard.has(line.dataset.id));
  asking = setTimeout(async () => {
    if (!again && unheard().every((line) => line.matches(".over"))) return; // the page is a second old
    try {
      const address = new URL(location);
      address.hash = "";
      address.searchParams.delete("lang");
      address.searchParams.set("as", "scores");
      const told = new Map((await ask(address)).map((score) => [score.match, score]));
      for (const line of unheard()) {
        const { id } = line.dataset;
        const score = told.get(id) ?? (await ask(`/1/match/${encodeURIComponent(id)}`));
        if (heard.has(id)) continue; // meanwhile, and newer
        if (score) change(line, { match: id, start_time: line.dataset.date, ...score });
        else remove(line);
      }
    } catch {
      // not live now; the next opening asks again
    }
  }, 2000 + Math.random() * 2000); // all come back at once when a server does
}

// ask for JSON; null where there is nothing.
async function ask(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

function tick() {
  for (const line of main.querySelectorAll(".line.live")) {
    const { period, status, start, speed } = line.dataset;
    const m = status === "live" && minute(period, Number(start), Number(speed), clock());
    if (m) put(line.querySelector(".when"), `${m}′`);
  }
  settle();
}

for (const line of main.querySelectorAll('.line[data-status="scheduled"][data-kickoff]')) {
  put(line.querySelector(".when"), timeOfDay(line.dataset.kickoff, line.dataset.date));
}
follow({ address: () => "/1/stream", kinds: ["match", "gone"], take, opened });
setInterval(tick, 1000);
