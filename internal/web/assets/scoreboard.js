// What stands above the ticker: score, period, clock.
import words from "./words.js";
import { el, patch, put } from "./dom.js";
import { clockAt, halfOf, minute } from "./clock.js";
import { dayOf, timeOfDay } from "./times.js";
import { fill, label, plain } from "./sentence.js";
import { kicks } from "./shootout.js";
import { feats } from "./tally.js";

const main = document.querySelector("main");
const $ = (selector) => main.querySelector(selector);

// statusOf is the match's standing in one word. before: what it is while the
// match has not begun.
export function statusOf(story, before) {
  if (story.abandoned) return "abandoned";
  if (story.period === "ended") return "ended";
  if (story.suspendedAt) return "suspended";
  return story.period === "not_started" ? before : "live";
}

// showDay writes the day of the kick-off, where that is known, by the clock of
// the reader, as its time of day is: the match's date is in UTC.
export function showDay() {
  const { kickoff } = main.dataset;
  if (!kickoff) return;
  $(".about time").dateTime = kickoff;
  put($(".about time"), dayOf(kickoff));
}

// showScore writes all of it that does not run with the clock.
export function showScore(story, status, names, review) {
  $(".score").classList.toggle("live", status === "live" || status === "suspended");
  for (const side of ["home", "visit"]) {
    put($(`h1 .${side} bdi`), names[side]);
    put($(`.shootout .${side}`), String(story.kicks[side]));
    patch($(`.feats.${side}`), feats(story, side));
    patch($(`.kicks.${side}`), kicks(story, side));
  }
  if (story.period !== "not_started") {
    patch($(".goals"), [
      el("span", { class: "home" }, String(story.goals.home)), el("span", { class: "to" }, "–"), el("span", { class: "visit" }, String(story.goals.visit)),
    ]);
    document.title = `${names.home} ${story.goals.home}–${story.goals.visit} ${names.visit} · ${words.page.name}`;
  } else { // a kick-off that was taken back, too
    const kickoff = main.dataset.kickoff && timeOfDay(main.dataset.kickoff);
    patch($(".goals"), [kickoff ? el("span", { class: "kickoff" }, kickoff) : el("span", { class: "to" }, "–")]);
    document.title = `${plain(fill(words.page.versus, names))} · ${words.page.name}`;
  }
  $(".shootout").hidden = !story.shootout;
  put($(".phase .period"), label(story.period, status));
  put($(".added"), halfOf(story.period) && story.added ? `+${story.added}` : "");
  $(".reviewing").hidden = !review;
  put($(".reviewing"), review);
}

// showTime writes the minute and the clock, and returns the minute, "" where
// there is none.
export function showTime(story, speed, now) {
  const at = story.suspendedAt || now;
  const m = minute(story.period, story.since, speed, at);
  put($(".phase .minute"), m ? `${m}′` : "");
  put($(".clock"), speed === 1 ? clockAt(story.period, story.since, at) : "");
  return m;
}
