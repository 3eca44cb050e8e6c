// The rows on the page, kept where nothing about them changed: after an event
// a match of 300 gets one new row and loses none.
import { row } from "./ticker.js";

// keeper returns show(entries, names), which makes the list's rows those of the
// entries, newest first.
export function keeper(list) {
  const kept = new Map(); // by id: what a row was made of, and the row
  const make = (e, names, known) => {
    const old = kept.get(e.id), sign = JSON.stringify([e, names]);
    if (old?.sign === sign && old.node.parentNode === list) return old.node;
    const was = old?.node ?? known?.get(`e${e.id}`);
    let node = row(e, names);
    if (was?.isEqualNode(node)) node = was; // as the server made it
    else if (was?.parentNode === list) was.replaceWith(node);
    kept.set(e.id, { sign, node });
    return node;
  };
  return (entries, names) => {
    const known = kept.size ? undefined : new Map([...list.children].map((li) => [li.id, li]));
    const nodes = entries.map((e) => make(e, names, known)).reverse();
    let next = list.firstElementChild;
    for (const node of nodes) {
      if (node === next) next = next.nextElementSibling;
      else list.insertBefore(node, next);
    }
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      kept.delete(Number(gone.id.slice(1)));
      gone.remove();
    }
  };
}
