// A line of the list, as line.go makes it.
import { el, put } from "./dom.js";
import { timeOfDay } from "./times.js";
import { label } from "./sentence.js";

export const isLive = (status) => status === "live" || status === "suspended";
const sides = ["home", "visit"];

// makeLine is a line for a match that the page did not have.
export function makeLine(score) {
  const lang = new URLSearchParams(location.search).get("lang");
  const href = `/match/${encodeURIComponent(score.match)}${lang ? `?lang=${encodeURIComponent(lang)}` : ""}`;
  return el("a", { class: "line", href, "data-id": score.match, "data-date": score.start_time, "data-kickoff": score.kickoff },
    el("span", { class: "when" }),
    ...sides.flatMap((side) => [
      el("span", { class: `team ${side}` }, el("img", { class: "crest", src: `/crest/${encodeURIComponent(score[side])}.svg`, alt: "" }), el("bdi")), el("span", { class: `goals ${side}` })]));
}

// scoreOf reads what a line shows.
export function scoreOf(line) {
  const of = (side, what) => Number(line.querySelector(`.goals.${side}`).textContent.match(what)?.[1] ?? 0);
  return {
    begun: line.querySelector(".goals").textContent.trim() !== "",
    home: of("home", /^\s*(\d+)/), visit: of("visit", /^\s*(\d+)/),
    kicks: { home: of("home", /\((\d+)\)/), visit: of("visit", /\((\d+)\)/) },
  };
}

// fillLine shows a score, as the stream or the API tells of it, in a line.
export function fillLine(line, score) {
  const { period, status } = score;
  const begun = period !== "not_started", over = period === "ended";
  // The API always tells of a shoot-out, the stream only where there was one.
  const kicks = score["home-penalties"] + score["visit-penalties"] > 0 || period === "penalties" || (!score.id && "home-penalties" in score);
  Object.assign(line.dataset, { period, status, start: score["period-start"] ?? 0, speed: score.speed });
  line.classList.toggle("live", isLive(status));
  line.classList.toggle("over", over);
  const goals = (side) => score[`${side}-score`] + (kicks ? score[`${side}-penalties`] : 0); // a shoot-out follows a draw
  for (const [side, other] of [sides, sides.toReversed()]) {
    const team = line.querySelector(`.team.${side}`), at = line.querySelector(`.goals.${side}`);
    put(team.querySelector("bdi"), score[`${side}-name`] || score[side]);
    team.classList.toggle("won", status === "ended" && goals(side) > goals(other));
    const parts = !begun ? [] : kicks ? [`${score[`${side}-score`]} `, el("small", {}, `(${score[`${side}-penalties`]})`)] : [String(score[`${side}-score`])];
    if (at.textContent.trim() !== parts.map((p) => p.textContent ?? p).join("").trim()) at.replaceChildren(...parts);
  }
  put(line.querySelector(".when"), status === "live" && score.minute ? `${score.minute}′`
    : status === "scheduled" && score.kickoff ? timeOfDay(score.kickoff, score.start_time) : label(period, status));
}
