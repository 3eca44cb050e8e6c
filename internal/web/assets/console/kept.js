// The console without a network: a service worker keeps the page and what it is
// made of. Browsers have none where the page came over plain http.
import { el } from "../dom.js";
import { say } from "./say.js";

export function keep() {
  navigator.serviceWorker?.register("/operate/worker.js", { scope: "/operate" }).catch((error) => console.warn("the page is not kept", error));
}

// notes say what is missing, and what is not safe.
export function notes() {
  const all = [];
  if (!isSecureContext) all.push("note_plain");
  else if (!navigator.serviceWorker) all.push("note_no_worker");
  return all.map((key) => el("p", { class: "note", role: "note" }, say(key)));
}
