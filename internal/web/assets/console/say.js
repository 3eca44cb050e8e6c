import words from "./words.js";

// say is a text of the console, its {facts} filled in.
export const say = (key, facts = {}) => words.console[key].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
