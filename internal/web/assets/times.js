// Times of day as the clock on the wall shows them. The server does not know
// where the reader is: it writes UTC.
import words from "./words.js";
import { fill, plain } from "./sentence.js";

const lang = document.documentElement.lang;

// timeOfDay of an instant; with the day of the week where the reader's day is
// not the one under which it stands (YYYY-MM-DD, in UTC).
export function timeOfDay(instant, date) {
  const at = new Date(instant);
  const part = (options) => new Intl.DateTimeFormat(lang, options).format(at);
  const day = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
  const time = part({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return !date || day === date ? time : `${part({ weekday: "short" })} ${time}`;
}

// dayOf an instant, as package words writes a date.
export function dayOf(instant) {
  const at = new Date(instant), { long, weekdays, months } = words.date;
  return plain(fill(long, { weekday: weekdays[at.getDay()], day: at.getDate(), month: months[at.getMonth()], year: at.getFullYear() }));
}
