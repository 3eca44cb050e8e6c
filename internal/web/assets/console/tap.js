// What becomes of a tap: a request that never changes once it was sent.
import { single } from "./player.js";

// newKey is 128 random bits: of a tap, or an Idempotency-Key. randomUUID is
// not there on plain http.
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

// An entry is one tap in the queue of one match on one server:
//   n        its place in the queue, given by the database
//   place    "<origin> <match id>"
//   tap      the id that it has in common with the same tap on other servers
//   at       when it was tapped, by the server's clock as known then
//   kind, data   as in an event; data.minute is that of the tap
//   about    the tap that it refers to, in place of data.ref
//   with     the tap without which it is not to be sent
//   named    details whose players are sent with their names
//   force    what the rules about players doubt is to be stored
//   seen     the position that the operator had before his eyes
//   key, body, ifMatch   of the request; final before it is first sent
//   state    waiting, refused, overtaken (412), confirmed
//   problem  why it was refused; id: the event's, once confirmed
export const newEntry = (place, tap, fields) => ({ place, tap, key: newKey(), state: "waiting", named: [], ...fields });

const singles = ["player", "player_in", "player_out", "assist"];

// bodyOf is the request's body; ref: the id that data.ref or about means on
// this server.
export function bodyOf({ kind, data, named, force }, ref) {
  const body = { kind, ...data };
  for (const key of singles) {
    if (body[key]) body[key] = named.includes(key) ? single(body[key]) : single(body[key]).number;
  }
  for (const side of ["home", "visit"]) {
    if (body[`${side}_lineup`]) body[`${side}_players`] = body[`${side}_lineup`];
    delete body[`${side}_lineup`];
  }
  if (ref !== undefined) body.ref = ref;
  if (force) body.force = true;
  return JSON.stringify(body);
}

// anew makes an entry a new request: of what was not stored, in another form
// or from another position.
export const anew = (entry, changes = {}) => ({ ...entry, key: newKey(), body: undefined, ifMatch: undefined,
  problem: undefined, state: "waiting", ...changes });
