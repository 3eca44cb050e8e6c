import words from "./words.js";

// sentence is the first of the kind's alternatives of which all {facts} are
// known, in parts: a string is plain words, {value} was filled in. None: [].
// Package words does the same.
export function sentence(kind, variant, facts) {
  const alternatives = words.event[`${kind}.${variant}`] ?? words.event[kind] ?? [];
  for (const text of alternatives) {
    const parts = fill(text, facts);
    if (parts) return parts;
  }
  return [];
}

// fill is a text with its {facts}, in parts; null where one is not known.
export function fill(text, facts) {
  const parts = [];
  for (const [, plain, name] of text.matchAll(/([^{]*)(?:\{([^}]*)\})?/g)) {
    if (plain) parts.push(plain);
    if (name === undefined) continue;
    if (!facts[name]) return null;
    parts.push({ value: String(facts[name]) });
  }
  return parts;
}

export const plain = (parts) => parts.map((p) => p.value ?? p).join("");

// label says where a match stands, in a word or two.
export const label = (period, status) => words.status[status] ?? words.period[period] ?? "";

// number is a count as people write it: 12,345.
export const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, words.page.thousands);
