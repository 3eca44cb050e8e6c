// Says when the page is not live, and what was missed when it is again.
import words from "./words.js";
import { put } from "./dom.js";
import { fill, plain } from "./sentence.js";

// awayness of a page: changed(state) is told how the stream is, missed() that
// something came over it; say(text) is for who cannot see the notice.
export function awayness(main, say) {
  const notice = main.querySelector(".stale");
  let away, asleep = false, heard = new Date(), hiding;

  function show(text, state) {
    clearTimeout(hiding);
    notice.hidden = !text;
    notice.dataset.state = state;
    put(notice, text);
    if (text) say(text);
  }

  function back() {
    const n = away;
    away = undefined;
    if (n === 0 && asleep) return show("", ""); // it was never seen not to be live
    const { page } = words;
    show(n === 0 ? page.back : n === 1 ? page.back_one : plain(fill(page.back_some, { n: String(n) })), "back");
    hiding = setTimeout(() => show("", ""), 8000);
  }

  return {
    missed: () => {
      heard = new Date();
      if (away !== undefined) away++;
    },
    changed: (state) => {
      if (state === "asleep") [away, asleep] = [away ?? 0, away === undefined];
      if (state === "lost" && !main.classList.contains("adrift")) {
        [away, asleep] = [away ?? 0, false];
        const time = heard.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        show(plain(fill(words.page.not_live, { time })), "lost");
      }
      main.classList.toggle("adrift", state === "lost" || (state === "connecting" && main.classList.contains("adrift")));
      if (state === "live") {
        heard = new Date();
        if (away !== undefined) setTimeout(() => away !== undefined && back(), 800); // what was missed comes first
      }
      if (state === "gone" || state === "") show("", "");
    },
  };
}
