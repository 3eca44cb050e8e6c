// One request to a server, and what its answer means.

// ask gives {status, data, headers, sent, received}; status 0 where no answer
// came, whatever the reason. A redirection is none: the token is for this
// server only.
export async function ask(origin, method, path, { token, body, headers = {}, patience = 20000 } = {}) {
  const sent = Date.now();
  const hurry = new AbortController(), late = setTimeout(() => hurry.abort(), patience);
  try {
    const answer = await fetch(origin + path, { method, body, cache: "no-store", credentials: "omit", redirect: "error",
      referrerPolicy: "no-referrer", signal: hurry.signal,
      headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(token ? { Authorization: `Bearer ${token}` } : {}) } });
    const received = Date.now(), text = await answer.text();
    return { status: answer.status, data: read(text), headers: answer.headers, sent, received };
  } catch {
    return { status: 0, data: {}, headers: new Headers(), sent, received: Date.now() };
  } finally {
    clearTimeout(late);
  }
}

function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {}; // a proxy's page
  }
}

// again says that an answer decides nothing: the same request is to be sent
// once more, not before so many seconds.
export function again({ status, headers }) {
  if (status !== 0 && status !== 408 && status !== 425 && status !== 429 && status < 500) return undefined;
  return Math.min(Number(headers.get("Retry-After")) || 0, 120);
}

// pauseAfter tries without an answer, in milliseconds: growing, and not the
// same for all who lost the network together.
export const pauseAfter = (tries) => Math.min(30000, 500 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
