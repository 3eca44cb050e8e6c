// Days and times of day as the clock on the operator's wall shows them: a
// match that begins late in the evening is one of that day, not of UTC's next.
const digits = (n, of = 2) => String(n).padStart(of, "0");

// dayOf an instant, YYYY-MM-DD; clockOf it, HH:MM.
export const dayOf = (at) => `${digits(at.getFullYear(), 4)}-${digits(at.getMonth() + 1)}-${digits(at.getDate())}`;
export const clockOf = (at) => `${digits(at.getHours())}:${digits(at.getMinutes())}`;
export const today = () => dayOf(new Date());

// noonOf a day, for how far away it is.
export const noonOf = (day) => Date.parse(`${day}T12:00`);

// instantOf a day and a time of day, as the API takes it: RFC 3339, in UTC.
export const instantOf = (day, clock) => new Date(`${day}T${clock}`).toISOString().replace(/\.\d+/, "");
