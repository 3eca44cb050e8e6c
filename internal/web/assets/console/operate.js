// The operator's console: sign in, choose a match, operate it. Which match is
// open stands behind the # of the address, so that a reload comes back to it.
import { choose } from "./choose.js";
import { create, createOn } from "./create.js";
import { Desk } from "./desk.js";
import { keep, notes } from "./kept.js";
import { play } from "./play.js";
import { say } from "./say.js";
import { onServers, recheck, tokenOf } from "./servers.js";
import { serverList } from "./serverlist.js";
import { signInView } from "./signin.js";
import { warn } from "./view.js";

const matchIn = () => {
  const id = decodeURIComponent(location.hash.slice(1));
  return /^[a-z0-9_]{1,32}-[a-z0-9_]{1,32}-\d{4}-\d\d-\d\d$/.test(id) ? id : "";
};

// createThere makes the open match on a server that has it not, as the first has it.
async function createThere(desk, place) {
  const { home, visit, info = {} } = desk.first;
  const teams = [home, visit].map((id, i) => ({ id, name: info[`${["home", "visit"][i]}-name`] ?? id }));
  const body = { home, visit, date: desk.match.slice(-10) };
  for (const key of ["stadium", "competition", "kickoff", "speed"]) if (info[key] !== undefined) body[key] = info[key];
  const wrong = await createOn(place.origin, body, teams);
  if (wrong) warn(wrong);
  await place.join();
}

let end; // of what the present view does
let next = ""; // what the next view begins with saying

// to opens a match, or with "" the list, which begins with saying text.
function to(match, text = "") {
  next = text;
  location.hash = match;
}

async function route() {
  end?.();
  end = undefined;
  warn(next);
  next = "";
  const match = matchIn();
  if (!tokenOf(location.origin)) return signInView(route, notes());
  if (match) {
    const desk = new Desk(match);
    end = () => desk.end();
    return play(desk, { leave: (text) => to("", text), notes: notes(), servers: () => serverList({ desk, createThere: (place) => createThere(desk, place) }) });
  }
  return choose({ open: (id) => to(id), servers: () => serverList(), notes: notes(),
    create: () => create({ back: route, opened: to }) });
}

// Nothing is lost without a word: a tap that this device cannot keep, above all.
addEventListener("unhandledrejection", ({ reason }) => warn(say("not_kept", { why: String(reason?.message ?? reason) })));
keep();
addEventListener("hashchange", route);
onServers(() => !tokenOf(location.origin) && document.body.dataset.view === "choose" && route());
route();
recheck();
addEventListener("online", recheck);
