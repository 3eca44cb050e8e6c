// A match's stream, opened again and again.
import { pauseAfter } from "./ask.js";
import { kinds } from "./rules.js";

// follow keeps the stream at address() open until the signal is given.
// take(kind, event) gets what comes; link(state) hears "live" and "lost";
// ended() is asked what it means when a stream was answered with an end: true
// to go on.
export function follow({ address, take, link, ended, signal }) {
  let source, retry, tries = 0, hiddenAt = 0;
  function open() {
    clearTimeout(retry);
    source?.close();
    if (signal.aborted) return;
    const mine = (source = new EventSource(address()));
    mine.onopen = () => ((tries = 0), link("live"));
    mine.onerror = async () => {
      if (mine !== source || signal.aborted) return;
      link("lost");
      if (mine.readyState !== EventSource.CLOSED) return;
      const more = await ended().catch(() => true);
      if (mine === source && more) retry = setTimeout(open, pauseAfter(2 + tries++));
    };
    for (const kind of [...kinds, "status", "gone"]) {
      mine.addEventListener(kind, (event) => mine === source && take(kind, JSON.parse(event.data)));
    }
  }
  addEventListener("online", open, { signal });
  addEventListener("offline", () => link("lost"), { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (hiddenAt && Date.now() - hiddenAt > 20000) open();
  }, { signal });
  signal.addEventListener("abort", () => (clearTimeout(retry), source?.close()));
  open();
}
