// The minute of a match, as internal/match computes it.

const halves = { first: [0, 45], last: [45, 90], first_extra: [90, 105], last_extra: [105, 120] };

// minute at a time, "" where there is none; both times in the server's
// milliseconds.
export function minute(period, start, speed, at) {
  const half = halves[period];
  if (!half || !(speed > 0) || !start) return "";
  const played = Math.floor(((at - start) * speed) / 60000);
  const m = half[0] + 1 + Math.min(Math.max(played, 0), 1000);
  return m <= half[1] ? String(m) : `${half[1]}+${Math.min(m - half[1], 99)}`;
}

// halfOf says from which minute to which a period is played; undefined where
// it is not.
export const halfOf = (period) => halves[period];

// clockAt is the match's clock, "62:13", "" where none runs.
export function clockAt(period, start, at) {
  const half = halves[period];
  if (!half || !start) return "";
  const seconds = Math.max(0, Math.floor((at - start) / 1000));
  return `${String(half[0] + Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

// serverClock follows the server's clock from what the page was given: the
// browser's own may be wrong.
export function serverClock(now) {
  const ahead = now - Date.now();
  return () => Date.now() + ahead;
}

// steps says where a kind of event leads from a period.
const steps = {
  start: { not_started: "first" },
  halftime: { first: "halftime", first_extra: "halftime_extra" },
  continue: { halftime: "last", halftime_extra: "last_extra" },
  extratime: { last: "first_extra" },
  penalties: { last: "penalties", last_extra: "penalties" },
  stop: { first: "ended", last: "ended", first_extra: "ended", last_extra: "ended", penalties: "ended" },
};

export const periodAfter = (kind, period) => steps[kind]?.[period] ?? period;
