// The match as a line in time, as course.go draws it.
import words from "./words.js";
import { svg } from "./dom.js";
import { halfOf } from "./clock.js";
import { plain } from "./sentence.js";
import { percent } from "./statistics.js";
import { isKick, when } from "./story.js";
import { tell } from "./telling.js";
import { iconOf } from "./ticker.js";

// halves are those of the match, as long as its events say; now is the minute
// that runs, "" for none.
function halves({ entries }, now) {
  const counts = entries.filter((e) => !e.cancelled);
  const all = [{ from: 0, to: 45, length: 45 }, { from: 45, to: 90, length: 45 }];
  if (counts.some((e) => e.kind === "extratime")) all.push({ from: 90, to: 105, length: 15 }, { from: 105, to: 120, length: 15 });
  for (const minute of [...counts.map((e) => e.data.minute), now]) {
    const [base, more] = played(minute);
    for (const h of all) if (h.to === base) h.length = Math.max(h.length, h.to - h.from + more);
  }
  return all;
}

// played reads a minute: "45+2" is 45 and 2.
function played(minute) {
  const [base, more] = (minute || "0").split("+");
  return [Number(base), Number(more ?? 0)];
}

// place is where a minute lies, in minutes from the beginning of the line.
function place(halves, minute) {
  const [base, more] = played(minute);
  let before = 0;
  for (const h of halves) {
    if (base <= h.to) return before + Math.min(base - h.from + more, h.length);
    before += h.length;
  }
  return before;
}

const total = (halves) => halves.reduce((n, h) => n + h.length, 0);

// course: what happened, the home team's above and the visitors' below, and
// how far it is.
export function course(story, now, names) {
  const all = halves(story, now), whole = total(all);
  const share = (n) => percent(Math.floor((1000 * n) / whole));
  const reach = reached(story, all, now);
  const kids = [
    svg("rect", { class: "track", y: 66, width: "100%", height: 4, rx: 2 }),
    svg("rect", { class: "past", y: 66, width: share(reach), height: 4, rx: 2 }),
  ];
  let before = 0;
  for (const { from, to, length } of all) {
    if (before > 0) kids.push(svg("rect", { class: "break", x: share(before), y: 58, width: 2, height: 20 }));
    for (let m = from + 15; m <= to; m += 15) {
      kids.push(svg("text", { class: "tick", x: share(before + m - from), y: 62, "text-anchor": "middle" }, when(String(m))));
    }
    before += length;
  }
  if (now) kids.push(svg("circle", { class: "now", cx: share(reach), cy: 68, r: 6 }));
  return svg("svg", { class: "line", width: "100%", height: 136, role: "group", "aria-label": words.page.course },
    kids, moments(story, all, whole, names));
}

// moments are the marks on the line: each leads to its row. Those that would
// lie upon each other stand further out.
function moments({ entries }, halves, whole, names) {
  const gap = Math.floor((whole * 5) / 100), marks = [];
  const taken = { home: [0, 0, 0], visit: [0, 0, 0] }; // up to where, by side and distance
  let at = 0;
  for (const e of entries) {
    if (e.data.minute) at = place(halves, e.data.minute);
    if (e.cancelled || !e.side || !isMoment(e)) continue;
    const lanes = taken[e.side], free = lanes.findIndex((f) => f <= at);
    const level = free < 0 ? lanes.indexOf(Math.min(...lanes)) : free; // on a phone they touch
    lanes[level] = at + gap;
    const y = e.side === "visit" ? 72 + 20 * level : 46 - 20 * level;
    const label = `${when(e.data.minute)} ${plain(tell(e, names))}`.trim(), name = iconOf(e);
    marks.push(svg("svg", { class: `moment ${name} ${e.side}`, x: percent(Math.floor((1000 * at) / whole)), y, overflow: "visible" },
      svg("a", { href: `#e${e.id}`, "aria-label": label },
        svg("title", {}, label),
        svg("circle", { class: "ground", cy: 9, r: 9 }),
        svg("use", { href: `#i-${name}`, x: -8, y: 1, width: 16, height: 16 }))));
  }
  return marks;
}

const isMoment = (e) => (e.kind === "goal" || e.kind === "miss" ? !isKick(e) : e.kind === "card" || e.kind === "substitution");

const halvesBegun = { first: 1, halftime: 1, last: 2, first_extra: 3, halftime_extra: 3 };

// reached is how far the match is, in minutes from the beginning of the line.
function reached({ entries, period, abandoned }, halves, now) {
  if (now) return place(halves, now);
  if (period === "not_started") return 0;
  if (halfOf(period) || abandoned) { // no clock: where something happened last
    const last = entries.findLast((e) => e.data.minute && !e.cancelled);
    return last ? place(halves, last.data.minute) : 0;
  }
  return total(halves.slice(0, halvesBegun[period] ?? halves.length));
}
