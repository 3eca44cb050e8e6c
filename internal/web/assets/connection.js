// An EventSource that does not give up, and says how it is.
import words from "./words.js";
import { put } from "./dom.js";

// follow keeps a stream open. address() is asked at each new beginning, for
// the position moves on; kinds are the names of the events; take(kind, data)
// gets each; opened() is called whenever the stream is open (again); refused()
// decides what an answer means that ended it for good: true to try again, a
// number to do so in some so many milliseconds;
// finished() says whether an end is no trouble; changed(state) is called with
// "live", "lost", "asleep" (the page was, and the stream is opened anew), "gone"
// and "" for an end.
// EventSource itself comes back after a cut, with its position; it does not
// after an error from a proxy or a node that starts. Then this does.
export function follow({ address, kinds, take, opened = () => {}, changed = () => {}, refused = async () => true, finished = () => false }) {
  const shown = document.querySelector(".connection");
  let source, retry, doubt, tries = 0, hiddenAt = 0, over = false;

  const say = (state) => {
    shown.hidden = !state;
    shown.dataset.state = state;
    put(shown, words.page[state] ?? "");
    changed(state);
  };

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(address());
    source.onopen = () => {
      clearTimeout(doubt);
      doubt = undefined;
      tries = 0;
      say(finished() ? "" : "live");
      opened();
    };
    source.onerror = async () => {
      if (over) return;
      // A short cut is no news; a longer one is told.
      if (!finished()) doubt ??= setTimeout(() => say("lost"), 3000);
      const mine = source;
      if (mine.readyState !== EventSource.CLOSED) return;
      const again = await refused().catch(() => true);
      if (mine !== source || over) return;
      if (!again) return end();
      const wait = again === true ? Math.min(30000, 2000 * 2 ** tries++) : again;
      retry = setTimeout(open, wait * (0.5 + Math.random()));
    };
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => {
        try {
          take(kind, JSON.parse(event.data));
          if (finished() === (shown.dataset.state !== "")) say(finished() ? "" : "live");
        } catch (error) {
          console.error("an event could not be shown", kind, error);
        }
      });
    }
  }

  // end closes the stream for good; state is what is said of it from now on.
  function end(state = "") {
    over = true;
    clearTimeout(retry);
    clearTimeout(doubt);
    source?.close();
    say(state);
  }

  // A connection that fell asleep with the device may look open and be dead.
  addEventListener("online", () => over || open());
  addEventListener("offline", () => over || say("lost"));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (!over && hiddenAt && Date.now() - hiddenAt > 30000) {
      changed("asleep");
      open();
    }
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted || over) return;
    changed("asleep");
    open();
  });

  say("connecting");
  open();
  return { end, reopen: open };
}
