// Players in the two forms that they have: {"7":"Luna"} in events, and
// {number, name} in lists.

// single is an event's player as in a list; undefined where there is none.
export function single(player) {
  const [[number, name] = []] = Object.entries(player ?? {});
  return number === undefined ? undefined : { number: Number(number), name };
}

// keyed is a player of a list as an event has him.
export const keyed = ({ number, name }) => ({ [number]: name });

export const find = (list, number) => list.find((p) => p.number === number);
export const without = (list, number) => list.filter((p) => p.number !== number);

// short is what fits under a shirt: the last word of a name.
export const short = (name) => name.trim().split(/\s+/).at(-1);
