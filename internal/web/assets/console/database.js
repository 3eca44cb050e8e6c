// What must outlive the page: taps and the matches that they belong to.
// Whoever changes something is heard in every tab of the console.
// Browsers close it behind a page that sleeps: then it is opened anew.
let opened;
const open = () => opened ??= new Promise((done, failed) => {
  const asked = indexedDB.open("matchstream-console", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("entries", { keyPath: "n", autoIncrement: true }).createIndex("place", "place");
    asked.result.createObjectStore("places", { keyPath: "place" });
    asked.result.createObjectStore("leases", { keyPath: "name" });
  };
  asked.onsuccess = () => {
    asked.result.onclose = forget;
    done(asked.result);
  };
  asked.onerror = () => {
    forget();
    failed(asked.error);
  };
});
const forget = () => (opened = undefined);

// begin a transaction; if the connection was closed, on a new one.
async function begin(store, mode) {
  const ask = async () => (await open()).transaction(store, mode, { durability: "strict" });
  try {
    return await ask();
  } catch {
    forget();
    return ask();
  }
}

const answered = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

// within runs work in one transaction, and ends when that is on the disk.
async function within(store, mode, work) {
  const transaction = await begin(store, mode);
  const over = new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
  });
  const [result] = await Promise.all([work(transaction.objectStore(store)), over]);
  return result;
}

const channel = new BroadcastChannel("matchstream-console");
const listeners = new Set();
const tell = (place) => Promise.all([...listeners].map((listener) => listener(place)));
channel.onmessage = ({ data }) => tell(data);
const changed = (places) => Promise.all([...new Set(places)].map((place) => (channel.postMessage(place), tell(place))));

// heard calls listener(place) for each change of a place's entries, by this
// tab or another, until the signal is given.
export function heard(listener, signal) {
  listeners.add(listener);
  signal.addEventListener("abort", () => listeners.delete(listener));
}

// add puts a tap into the queues of its places, all or none.
export async function add(entries) {
  await within("entries", "readwrite", async (store) => {
    for (const entry of entries) entry.n = await answered(store.add(entry));
  });
  await changed(entries.map((e) => e.place));
}

// alter changes an entry as it is now; undefined from change: leave it.
// Gives what was written, undefined where it was gone or left.
export async function alter({ n, place }, change) {
  const written = await within("entries", "readwrite", async (store) => {
    const now = await answered(store.get(n)), then = now && change(now);
    if (then === null) store.delete(n);
    else if (then) store.put(then);
    return then;
  });
  if (written !== undefined) changed([place]);
  return written;
}

// decide looks at entries as they are now, and does what is decided of each,
// all in one step: null drops it, one with its n is written, one without is
// added; undefined leaves it.
export async function decide(entries, decision) {
  await within("entries", "readwrite", async (store) => {
    for (const entry of entries) {
      const now = (await answered(store.get(entry.n))) ?? (entry.state === "confirmed" ? entry : undefined);
      const then = now && decision(now);
      if (then === null) store.delete(entry.n);
      else if (then) await answered(store.put(then));
    }
  });
  await changed(entries.map((e) => e.place));
}

export const entriesOf = (place) => within("entries", "readonly", (store) => answered(store.index("place").getAll(place)));
export const placeKept = (place) => within("places", "readonly", (store) => answered(store.get(place)));
export const keepPlace = (record) => within("places", "readwrite", (store) => answered(store.put(record)));
export const placesKept = () => within("places", "readonly", (store) => answered(store.getAll()));

// prune forgets the places that nothing was heard of since a time and where
// nothing waits.
export async function prune(since) {
  for (const { place, at } of await placesKept()) {
    const entries = at < since ? await entriesOf(place) : undefined;
    if (!entries || entries.some((e) => e.state !== "confirmed")) continue;
    await dropPlace(place, entries);
  }
}

// dropPlace forgets a place, and the entries of its queue.
export async function dropPlace(place, entries) {
  await within("places", "readwrite", (store) => answered(store.delete(place)));
  await within("entries", "readwrite", async (store) => {
    for (const { n } of entries) store.delete(n);
  });
  await changed([place]);
}

// lease takes or renews the lease on a name, unless another holds it.
export const lease = (name, owner, until) => within("leases", "readwrite", async (store) => {
  const held = await answered(store.get(name));
  if (held && held.owner !== owner && held.until > Date.now() && held.until < Date.now() + 60000) return false;
  store.put({ name, owner, until });
  return true;
});
