// The server's clock, as far as its answers tell of it. The device's own is
// believed unless they say otherwise.

export function newTime() {
  let low = -Infinity, high = Infinity; // how far the server is ahead lies between
  const narrow = (from, to) => {
    low = Math.max(low, from);
    high = Math.min(high, to);
    if (low > high) [low, high] = [from, to]; // one of the clocks was set
  };
  return {
    now: () => Date.now() + Math.min(Math.max(0, low), high),
    // An event that was stored between asking and answering.
    answered: (timestamp, sent, received) => narrow(timestamp - received, timestamp - sent),
    // A Date header, in whole seconds.
    dated: (date, sent, received) => narrow(date - received, date + 1000 - sent),
    // An event of some time ago.
    heard: (timestamp) => narrow(timestamp - Date.now(), Infinity),
  };
}
