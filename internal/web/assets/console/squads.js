// One side of a match, and what events do to it (internal/match, squad.go).
import { find, keyed, without } from "./player.js";

export const newSide = (id) => ({ id, score: 0, penalties: 0, lineup: [], bench: [], gone: [], announced: [], coach: "", cards: [] });

const known = (side, number) => [side.lineup, side.bench, side.gone, side.announced].some((list) => find(list, number));

// meet makes a player known who is not yet: he sits on the bench.
export function meet(side, player) {
  if (player && !known(side, player.number)) side.bench = [...side.bench, player];
}

// leave takes a player off, for good.
export function leave(side, player) {
  side.lineup = without(side.lineup, player.number);
  side.bench = without(side.bench, player.number);
  if (!find(side.gone, player.number)) side.gone = [...side.gone, player];
}

// replace lets one stand where the other stood; no number is in two places.
export function replace(side, out, into) {
  const at = side.lineup.findIndex((p) => p.number === out.number);
  if (out.number !== into.number) leave(side, out);
  side.bench = without(side.bench, into.number);
  side.gone = without(side.gone, into.number);
  if (!find(side.lineup, into.number)) side.lineup = side.lineup.toSpliced(at < 0 ? side.lineup.length : at, 0, into);
}

// begin puts a line-up on the pitch; who else was announced is free to come on.
export function begin(side, lineup) {
  side.bench = [...side.announced, ...side.bench].filter((p) => !find(lineup, p.number));
  [side.lineup, side.announced] = [lineup, []];
}

// booked says whether a player has a yellow card that counts now.
export const booked = (side, number, shootout) =>
  side.cards.some((c) => c.card === "yellow" && c.shootout === shootout && Object.hasOwn(c.player ?? {}, number));

export const cardShown = (event, shootout) => ({ mark: event.mark, card: event.data.card, shootout,
  player: event.data.player, staff: event.data.staff, minute: event.data.minute });

// ofNumber is a player that the side knows, as an event has him.
export function ofNumber(side, number) {
  for (const list of [side.lineup, side.bench, side.gone, side.announced]) {
    const found = find(list, number);
    if (found) return keyed(found);
  }
  return undefined;
}
