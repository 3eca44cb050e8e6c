// What is read aloud: goals, one after the other.
import { plain, fill } from "./sentence.js";
import { put } from "./dom.js";

const region = document.querySelector(".news");
const waiting = [];

// announce a score; text has {team}, {home}, {visit} and {score}.
export function announce(text, score, side) {
  const name = (side) => score[`${side}-name`] || score[side];
  waiting.push(plain(fill(text, { team: name(side), home: name("home"), visit: name("visit"),
    score: `${score["home-score"]}–${score["visit-score"]}` })));
  if (waiting.length === 1) setTimeout(tell, 100);
}

// tell what has gathered. What is said stands for a moment: a screen reader
// that is given another text meanwhile drops the first.
function tell() {
  put(region, waiting.splice(0, 3).join(" "));
  if (waiting.length) setTimeout(tell, 3000);
}
