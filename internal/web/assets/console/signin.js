// Signing in: a server's token, for as long as this tab is open.
import { el } from "../dom.js";
import { say } from "./say.js";
import { hostOf, signIn } from "./servers.js";
import { button, field, input, show } from "./view.js";

// tokenForm asks for the token of one server; done() is called once it has it.
export function tokenForm(origin, done) {
  const token = input({ type: "password", name: "token", required: true, autocapitalize: "off", spellcheck: "false", "aria-label": say("token_for", { host: hostOf(origin) }) });
  const trouble = el("p", { class: "wrong", role: "alert" }), send = el("button", { class: "main wide" }, say("sign_in"));
  const named = (what) => (seen.setAttribute("aria-label", say("of_side", { what, side: say("token") })), what);
  const seen = button("", () => {
    const hide = token.type === "text";
    token.type = hide ? "password" : "text";
    seen.textContent = named(say(hide ? "token_show" : "token_hide"));
  }, { class: "plain" });
  seen.textContent = named(say("token_show"));
  const asked = field(say("token"), token, say("token_hint"));
  token.after(seen);
  asked.classList.add("token");
  const node = el("form", { novalidate: true }, asked, trouble, send);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = token.value.trim();
    if (!typed) return token.focus();
    send.disabled = true;
    trouble.textContent = "";
    const answer = /^[\x21-\x7e]+$/.test(typed) ? await signIn(origin, typed) : { trouble: "token_wrong" };
    send.disabled = false;
    if (answer.bearer || answer.kept) return done(answer);
    trouble.textContent = say(answer.trouble, answer.facts);
    token.focus();
    token.select();
  });
  return node;
}

// signInView is what one meets first.
export function signInView(done, notes) {
  show("signin", el("div", { class: "card" }, el("h1", {}, say("title")), el("p", { class: "quiet" }, say("intro", { host: hostOf(location.origin) })),
    tokenForm(location.origin, done), ...notes));
}
