// How many watch: asked for seldom, and only by who can see it.
import words from "./words.js";
import { put } from "./dom.js";
import { fill, number, plain } from "./sentence.js";

// A million watchers that ask once a minute are 17,000 requests a second: who
// watches longer asks less often, up to every ten minutes. over() ends it.
export function audience(node, address, over) {
  let wait = 60_000;
  const later = () => {
    if (!over()) setTimeout(ask, wait * (0.5 + Math.random() * 1.5)); // many came at the same moment
    wait = Math.min(wait * 1.5, 600_000);
  };
  async function ask() {
    try {
      if (!document.hidden && navigator.onLine) {
        const answer = await fetch(address);
        if (answer.ok) put(node, watching((await answer.json()).now));
      }
    } catch {
      // the next time
    }
    later();
  }
  later();
}

const watching = (n) => (n === 0 ? "" : n === 1 ? words.page.watching_one : plain(fill(words.page.watching, { n: number(n) })));
