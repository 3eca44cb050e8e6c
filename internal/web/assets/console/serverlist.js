// The servers: how each is doing, and the adding of others.
import { el } from "../dom.js";
import { say } from "./say.js";
import { addressOf, addServer, hostOf, removeServer, servers, signOut, tokenOf } from "./servers.js";
import { tokenForm } from "./signin.js";
import { button, field, form, input, sheet, twice } from "./view.js";

// stateOf a place, as {state, text}: the one thing that matters most.
export function stateOf(place) {
  const n = place.open.length;
  if (place.barred === "forbidden") return { state: "bad", text: say("s_forbidden") };
  if (!tokenOf(place.origin) || place.barred) return { state: "bad", text: say("s_signin", { n }) };
  if (place.link === "missing") return { state: "bad", text: say("s_missing") };
  if (place.head && place.head.state !== "waiting") return { state: "bad", text: say("s_refused", { n }) };
  if (n && place.held) return { state: "slow", text: place.held.status ? say("s_held", { n, why: place.held.detail || place.held.status }) : say("s_offline", { n }) };
  if (n) return { state: "slow", text: say("s_waiting", { n }) };
  if (place.settled.period === "ended") return { state: "good", text: say("s_over") };
  if (place.link !== "live") return { state: "slow", text: say("s_lost") };
  return { state: "good", text: say("s_live") };
}

// serverList shows all servers; desk: the match that is open, if one is;
// createThere(place) makes it on a server that has it not.
export function serverList({ desk, createThere } = {}) {
  const s = sheet(say("servers"));
  const draw = () => s.body.replaceChildren(
    el("ul", { class: "servers" }, ...servers().map((origin) => {
      const place = desk?.places.find((p) => p.origin === origin), known = tokenOf(origin);
      const { state, text } = place ? stateOf(place) : { state: known ? "good" : "bad", text: say(known ? "signed_in" : "not_signed_in") };
      const ask = !known || place?.barred;
      return el("li", {}, el("p", {}, el("b", {}, hostOf(origin)), " ", el("span", { class: `dot ${state}` }, text)),
        ...(ask ? [tokenForm(origin, () => (desk?.join(origin), draw()))] : []),
        el("div", { class: "pair" },
          ...(desk && known && !place ? [button(say("operate_there"), async () => (await desk.join(origin), draw()), { class: "main" })] : []),
          ...(place?.link === "missing" ? [button(say("create_there"), async () => (await createThere(place), draw()), { class: "main" })] : []),
          ...(known ? [button(say("sign_out"), () => (signOut(origin), draw()), { class: "plain" })] : []),
          ...(origin === location.origin ? [] : [twice(say("remove_server"), () => (removeServer(origin), draw()), { class: "plain" })])));
    })), adding(draw));
  draw();
}

function adding(done) {
  const address = input({ inputmode: "url", autocapitalize: "off", spellcheck: "false", placeholder: "live.example.org" });
  const trouble = el("p", { class: "wrong", role: "alert" });
  return el("details", { class: "other" }, el("summary", {}, say("add_server")), form(() => {
    const { origin, trouble: wrong } = addressOf(address.value);
    trouble.textContent = wrong ? say(wrong) : "";
    if (wrong) return address.focus();
    addServer(origin);
    done();
  }, field(say("address"), address, say("address_hint")), trouble, el("button", { class: "main wide" }, say("add"))));
}
