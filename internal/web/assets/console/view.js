// What the views are built of: big buttons, sheets, and what is said aloud.
import { el, put } from "../dom.js";
import { say } from "./say.js";

const main = document.querySelector("main");
const news = document.querySelector(".news"), alarm = document.querySelector(".alarm");

// A wet screen taps twice. The second tap was meant for what was there for the
// first, not for the sheet that has come up since, or the button that took the
// place of another: it counts for nothing.
const again = { milliseconds: 300, pixels: 30 };
let tapped; // the last tap that counted
let labelled; // the control that the browser clicks behind its label
addEventListener("click", (tap) => {
  if (!tap.detail) return; // by keyboard
  if (tap.target === labelled) return (labelled = undefined);
  if (tapped && tap.timeStamp - tapped.timeStamp < again.milliseconds && Math.hypot(tap.clientX - tapped.clientX, tap.clientY - tapped.clientY) < again.pixels) {
    tap.preventDefault();
    tap.stopImmediatePropagation();
  } else {
    tapped = tap;
    const control = tap.target.closest?.("label")?.control;
    labelled = control === tap.target ? undefined : control;
  }
}, true);

// show replaces the view; the focus goes to its heading, for those who hear it.
export function show(name, ...nodes) {
  for (const open of document.querySelectorAll("dialog")) open.close();
  document.body.dataset.view = name;
  main.replaceChildren(...nodes);
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

export function button(text, act, attributes = {}) {
  const node = el("button", { type: "button", ...attributes }, ...[text].flat());
  node.addEventListener("click", (event) => act(event, node));
  return node;
}

// twice is a button that asks for a second tap, for what ends something.
export function twice(text, act, attributes = {}) {
  let asking;
  const node = button(text, () => {
    clearTimeout(asking);
    if (node.classList.toggle("sure")) {
      buzz(20);
      put(node, say("tap_again", { what: text }));
      asking = setTimeout(back, 5000);
    } else {
      back();
      act(undefined, node);
    }
  }, attributes);
  const back = () => {
    node.classList.remove("sure");
    put(node, text);
  };
  node.addEventListener("blur", back);
  return node;
}

// sheet opens a dialog from below. close() ends it.
export function sheet(title, attributes = {}) {
  const heading = el("h2", { id: `sheet-${document.querySelectorAll("dialog").length}` }, title);
  const close = () => dialog.close();
  const body = el("div", { class: "body" });
  const dialog = el("dialog", { "aria-labelledby": heading.id, ...attributes },
    el("div", { class: "head" }, heading, button("×", close, { class: "close", "aria-label": say("close") })), body);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close()); // beside it
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body, close, retitle: (text) => put(heading, text) };
}

// field is a labelled input, or another control.
export function field(label, control, hint = "") {
  const id = `field-${field.count = (field.count ?? 0) + 1}`;
  control.id = id;
  const node = el("div", { class: "field" }, el("label", { for: id }, label), control);
  if (hint) {
    node.append(el("p", { class: "hint", id: `${id}-hint` }, hint));
    control.setAttribute("aria-describedby", `${id}-hint`);
  }
  return node;
}

export const input = (attributes) => el("input", { type: "text", autocomplete: "off", ...attributes });

export function select(choices, chosen, attributes = {}) {
  return el("select", attributes, ...choices.map(([value, text]) => el("option", { value, selected: String(value) === String(chosen) }, text)));
}

// form calls act() when it is sent; it never goes anywhere by itself.
export function form(act, ...nodes) {
  const node = el("form", { novalidate: true }, ...nodes);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    act(node);
  });
  return node;
}

export const buzz = (pattern) => navigator.userActivation?.hasBeenActive !== false && navigator.vibrate?.(pattern);
export const tell = (text) => put(news, text);
export const warn = (text) => put(alarm, text);
