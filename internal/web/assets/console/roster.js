// Line-ups as people paste them: a player a line, with his number before or
// behind his name.

const bench = /^(?:substitutes?|subs|bench|reserves?|suplentes?|banco|banquillo|reservas?)\b\s*:?\s*/i;
const eleven = /^(?:starting\s*(?:xi|eleven|line-?up)|line-?up|titulares|formaci[oó]n|alineaci[oó]n|once)\b\s*(?:inicial)?\s*:?\s*/i;
const coach = /^(?:(?:head\s+)?coach|manager|dt|d\.\s?t\.|entrenador|director\s+t[eé]cnico|t[eé]cnico)\s*[:\-–—\t]\s*(.*)$/i;
const note = /\s*[([](?:c|gk|g|vc|p|a|por|arq|cap\.?|capt\.?|captain|capit[aá]n|goalkeeper|portero|arquero)[)\]]/gi;
const numberFirst = /^(?:#|n[º°o]\.?\s*)?\s*(\d{1,3})\s*(?:[.):\-–—\t]|\s)\s*[.):\-–—]?\s*(\D.*)$/i;
const numberLast = /^(\D.*?)[\s,:\-–—(#]+(\d{1,3})\)?\.?$/;

// parse gives {players, substitutes, coach, errors}; an error is {line, text,
// expected}: its number from 1, what stands there, and a key of words.
export function parse(text) {
  const read = { players: [], substitutes: [], coach: "", errors: [] };
  const seen = new Map();
  let sitting = false;
  text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).forEach((whole, at) => {
    let line = whole.replace(/[\u00A0\u2007\u202F]/g, " ").replace(note, "").trim();
    const wrong = (expected) => read.errors.push({ line: at + 1, text: whole.trim(), expected });
    if (!line) return (sitting ||= read.players.length > 0);
    const [, name] = line.match(coach) ?? [];
    if (name !== undefined) return name.length > 200 || !name ? wrong("expected_coach") : (read.coach = name);
    if (bench.test(line)) {
      [sitting, line] = [true, line.replace(bench, "")];
    } else if (eleven.test(line)) {
      [sitting, line] = [false, line.replace(eleven, "")];
    }
    if (!line) return;
    const found = several(line);
    if (!found) return wrong("expected_player");
    for (const player of found) {
      if (player.name.length > 100) wrong("expected_name");
      else if (seen.has(player.number)) wrong("expected_once");
      else (sitting ? read.substitutes : read.players).push(player);
      seen.set(player.number, at + 1);
    }
  });
  if (read.players.length < 7 || read.players.length > 11) read.errors.push({ line: 0, text: String(read.players.length), expected: "expected_eleven" });
  return read;
}

// several players may stand in one line, with commas between them.
function several(line) {
  const one = player(line), parts = line.split(/[,;]/).map((p) => p.trim()).filter(Boolean).map(player);
  if (parts.length > 1 && parts.every(Boolean)) return parts;
  return one && [one];
}

function player(text) {
  const first = text.match(numberFirst), last = first ? undefined : text.match(numberLast);
  const [number, name] = first ? [first[1], first[2]] : last ? [last[2], last[1]] : [];
  const clean = name?.replace(/\s+/g, " ").replace(/^[\s.,:\-–—]+|[\s,:\-–—]+$/g, "");
  return clean ? { number: Number(number), name: clean } : undefined;
}

// written is a line-up as text again.
export function written({ players, substitutes, coach }) {
  const lines = (list) => list.map((p) => `${p.number} ${p.name}`);
  return [...lines(players), ...(substitutes.length ? ["", ...lines(substitutes)] : []), ...(coach ? ["", `Coach: ${coach}`] : [])].join("\n");
}
