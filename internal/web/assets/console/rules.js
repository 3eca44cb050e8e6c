// What can happen now, as internal/match decides it (period.go). The server
// has the last word; this is for taps that it has not heard of yet.
import { periodAfter } from "../clock.js";

export const kinds = ["lineup", "start", "halftime", "continue", "extratime", "penalties", "stop", "addedtime", "goal", "miss",
  "shot", "offside", "foul", "corner", "goalkick", "throwin", "freekick", "save", "penalty",
  "card", "substitution", "var", "cancel", "amend", "comment", "suspend", "resume", "abandon"];

export const playing = (period) => ["first", "last", "first_extra", "last_extra"].includes(period);
const pause = (period) => period === "halftime" || period === "halftime_extra";
const running = (period) => playing(period) || pause(period) || period === "penalties";

// can says whether a kind can happen in a match as fold.js gives it.
export function can(kind, { period, suspended }) {
  switch (kind) {
    case "comment": return true;
    case "card": case "cancel": case "amend": return period !== "not_started";
    case "var": case "abandon": return running(period);
    case "resume": return suspended;
  }
  if (suspended) return false;
  switch (kind) {
    case "lineup": return period === "not_started";
    case "start": case "halftime": case "continue": case "extratime": case "penalties": case "stop":
      return periodAfter(kind, period) !== period;
    case "goal": case "miss": case "save": return playing(period) || period === "penalties";
    case "substitution": return playing(period) || pause(period);
    case "suspend": return running(period);
  }
  return kinds.includes(kind) && playing(period);
}

