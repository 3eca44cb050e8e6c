// What was counted, as numbers and bars, as statistics.go does.
import words from "./words.js";
import { el, svg } from "./dom.js";
import { isKick } from "./story.js";

const counted = ["goal", "shot", "save", "corner", "offside", "foul", "freekick", "penalty", "goalkick", "throwin", "substitution", "yellow", "red"];

// statistics are rows of a table. What never happened is left out.
export function statistics({ entries }) {
  const sum = Object.fromEntries(counted.map((c) => [c, { home: 0, visit: 0 }]));
  for (const e of entries) {
    const n = sum[e.kind === "card" ? e.data.card : e.kind];
    if (n && e.side && !e.cancelled && !isKick(e)) n[e.side]++;
  }
  return counted.filter((c) => sum[c].home + sum[c].visit > 0).map((c) => el("tr", { class: c },
    el("td", {}, String(sum[c].home)),
    el("th", { scope: "row" }, words.counted[c], bars(sum[c])),
    el("td", {}, String(sum[c].visit))));
}

function bars(n) {
  const home = Math.floor((49 * n.home) / (n.home + n.visit)), visit = Math.floor((49 * n.visit) / (n.home + n.visit));
  return svg("svg", { class: "bars", "aria-hidden": "true" },
    svg("rect", { class: "ground", width: "49%", height: "100%", rx: 3 }),
    svg("rect", { class: "ground", x: "51%", width: "49%", height: "100%", rx: 3 }),
    svg("rect", { class: "home", x: percent(10 * (49 - home)), width: percent(10 * home), height: "100%", rx: 3 }),
    svg("rect", { class: "visit", x: "51%", width: percent(10 * visit), height: "100%", rx: 3 }));
}

// percent is a number of thousandths, as SVG takes it.
export const percent = (thousandths) => `${Math.floor(thousandths / 10)}.${thousandths % 10}%`;
