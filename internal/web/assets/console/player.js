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

// short is what fits under a shirt: the last word of a name, with what belongs
// to it (De Paul, van der Sar, Mac Allister).
const particle = /^(?:al|ben|bin|da|das|de|del|della|den|der|di|do|dos|du|el|la|las|le|los|mac|mc|san|santa|st\.?|ten|ter|van|vande|von)$/i;
export function short(name) {
  const words = name.trim().split(/(\s+)/); // and what is between them
  let at = words.length - 1;
  while (at > 1 && particle.test(words[at - 2])) at -= 2;
  return words.slice(at).join("");
}
