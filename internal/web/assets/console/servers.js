// The servers that this console operates: its own, and those that were added
// by hand. Addresses are remembered; a token lives as long as the tab, is sent
// as a header to its server, and is written nowhere.
import { ask } from "./ask.js";
import { newTime } from "./time.js";

const listed = "matchstream servers", tokenKey = (origin) => `matchstream token ${origin}`;
const listeners = new Set();
const changed = () => listeners.forEach((listener) => listener());

export function onServers(listener, signal) {
  listeners.add(listener);
  signal?.addEventListener("abort", () => listeners.delete(listener));
}

function others() {
  try {
    return JSON.parse(localStorage.getItem(listed) ?? "[]").filter((o) => typeof o === "string" && o !== location.origin);
  } catch {
    return [];
  }
}

// servers are their origins; the own one is the first.
export const servers = () => [location.origin, ...others()];
export const tokenOf = (origin) => sessionStorage.getItem(tokenKey(origin)) ?? "";
export const signedIn = () => servers().filter(tokenOf);
export const hostOf = (origin) => new URL(origin).host;

const known = new Map(); // what a token is for, by origin: {name, scopes}
export const bearer = (origin) => known.get(origin);

// operates says whether the token, as far as it is known, is for this match.
export function operates(origin, match) {
  const scopes = known.get(origin)?.scopes;
  return !scopes || scopes.includes("operator") || scopes.includes(`match:${match}`);
}

// mayChange says whether it is for making, changing and deleting matches.
export const mayChange = (origin) => (known.get(origin)?.scopes ?? ["operator"]).includes("operator");

const times = new Map();
export function timeOf(origin) {
  if (!times.has(origin)) times.set(origin, newTime());
  return times.get(origin);
}

// addressOf reads what was typed: an origin, or {trouble: a key of words}.
export function addressOf(text) {
  const typed = text.trim();
  let url;
  try {
    url = new URL(/^[a-z]+:/i.test(typed) && !/^[\w.-]+:\d+/.test(typed) ? typed : `https:` + `//${typed}`);
  } catch {
    return { trouble: "address_wrong" };
  }
  if (url.origin === location.origin) return { origin: url.origin };
  if (url.protocol === "http:") return { trouble: "address_plain" };
  if (url.protocol !== "https:" || !/^[\w.:[\]-]+$/.test(url.hostname) || url.username || url.password) return { trouble: "address_wrong" };
  return { origin: url.origin };
}

export function addServer(origin) {
  if (!servers().includes(origin)) localStorage.setItem(listed, JSON.stringify([...others(), origin]));
  changed();
}

export function removeServer(origin) {
  localStorage.setItem(listed, JSON.stringify(others().filter((o) => o !== origin)));
  signOut(origin);
}

export function signOut(origin) {
  sessionStorage.removeItem(tokenKey(origin));
  known.delete(origin);
  changed();
}

// signIn looks whether a server knows the token, and keeps it if so, or if the
// server cannot be asked now. {bearer} or {trouble, facts, kept}.
export async function signIn(origin, token) {
  const answer = await ask(origin, "GET", "/1/token", { token });
  if (answer.status === 200 && Array.isArray(answer.data.scopes)) {
    const date = Date.parse(answer.headers.get("Date"));
    if (date) timeOf(origin).dated(date, answer.sent, answer.received);
    const mine = answer.data.scopes.some((s) => s === "operator" || s.startsWith("match:"));
    if (!mine) return { trouble: "token_other", facts: answer.data };
    keep(origin, token, answer.data);
    return { bearer: answer.data };
  }
  if (answer.status === 401) return { trouble: "token_wrong" };
  if (answer.status === 429) return { trouble: "token_later", facts: { seconds: answer.headers.get("Retry-After") ?? "60" } };
  if (answer.status === 0 || answer.status >= 500) {
    keep(origin, token);
    return { trouble: "token_unchecked", facts: { host: hostOf(origin) }, kept: true };
  }
  return { trouble: "no_matchstream", facts: { host: hostOf(origin) } };
}

function keep(origin, token, bearer) {
  sessionStorage.setItem(tokenKey(origin), token);
  if (bearer) known.set(origin, bearer);
  changed();
}

// recheck asks again about tokens of an earlier page, of which nothing is known.
export const recheck = () => Promise.all(signedIn().filter((o) => !known.has(o)).map(async (origin) => {
  const { trouble } = await signIn(origin, tokenOf(origin));
  if (trouble === "token_wrong" || trouble === "token_other") signOut(origin);
}));
