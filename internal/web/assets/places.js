// Where lines stand in the list, and how they move without anybody losing
// his place: nothing jumps under a finger, the focus stays where it is.

// homeOf is the list of a day, if the page has it.
export const homeOf = (main, date) => main.querySelector(`.lines[data-of="${CSS.escape(date)}"]`);

// insert puts a line into a list, in order: by kick-off, then by id.
export function insert(list, line) {
  const rank = ({ dataset }) => `${dataset.kickoff ?? "~"} ${dataset.id}`;
  const li = line.closest("li") ?? document.createElement("li");
  const next = [...list.children].find((other) => other !== li && rank(other.firstElementChild) > rank(line));
  const focused = document.activeElement === line;
  if (!li.contains(line)) li.append(line);
  list.insertBefore(li, next ?? null);
  list.closest("section").hidden = false;
  if (focused) line.focus({ preventScroll: true });
}

// sweep hides the parts of the page that have become empty.
export function sweep(main) {
  for (const list of main.querySelectorAll(".lines")) list.closest("section").hidden = !list.children.length;
}

// When somebody last touched the page.
let touched = 0;
for (const kind of ["pointerdown", "pointermove", "wheel", "touchmove", "keydown"]) {
  addEventListener(kind, () => (touched = performance.now()), { passive: true });
}

// restful: nobody points at the line, has it in focus or does anything just now.
export const restful = (line) => document.hidden || (!line.matches(":hover, :focus, :active") && performance.now() - touched > 1500);

// steady moves things, and scrolls so that what one looks at stays where it
// is: the line under the pointer or in focus, or below the top the first in view.
export function steady(main, move) {
  const lines = [...main.querySelectorAll(".line")];
  const anchor = lines.find((line) => line.matches(":focus, :hover"))
    ?? (scrollY > 0 ? lines.find((line) => line.getBoundingClientRect().top >= 0) : undefined);
  const before = anchor?.getBoundingClientRect().top;
  move();
  if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
}
