// Who scored and was sent off, beside the teams' names, as tally.go does.
import words from "./words.js";
import { el } from "./dom.js";
import { isGoal, isRed, when } from "./story.js";
import { nameOf, ownGoal } from "./telling.js";
import { icon } from "./ticker.js";

export const who = ({ data }) => (data.player ? nameOf(data.player) : data.staff ?? "");

// featsOf are a side's goals and red cards, in order; more goals of one
// player are one line.
function featsOf({ entries }, side) {
  const feats = [];
  for (const e of entries) {
    if (e.cancelled || e.side !== side || !(isGoal(e) || isRed(e))) continue;
    const red = isRed(e), name = who(e), special = note(e);
    let feat = red ? undefined : feats.findLast((f) => !f.red && f.name === name);
    if (!feat) feats.push((feat = { name, red, times: [] }));
    const time = [when(e.data.minute), special && `(${special})`].filter(Boolean).join(" ");
    if (time) feat.times.push(time);
  }
  return feats;
}

// note says what is special about a goal.
const note = (e) =>
  ownGoal(e) ? words.page.own_goal : e.kind === "goal" && e.data.how === "penalty" ? words.page.from_penalty : "";

export const feats = (story, side) => featsOf(story, side).map(({ name, red, times }) =>
  el("li", {}, red ? icon("red", words.page.red_card) : icon("goal"), el("span", {}, el("bdi", {}, name), ` ${times.join(", ")}`)));
