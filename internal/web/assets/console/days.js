// Days and times of day as the clock on the operator's wall shows them. The day
// in a match's id is that of UTC: one that begins late in the evening may have
// tomorrow's, and is one of today all the same.
const digits = (n, of = 2) => String(n).padStart(of, "0");

// dayOf an instant, YYYY-MM-DD; clockOf it, HH:MM.
export const dayOf = (at) => `${digits(at.getFullYear(), 4)}-${digits(at.getMonth() + 1)}-${digits(at.getDate())}`;
export const clockOf = (at) => `${digits(at.getHours())}:${digits(at.getMinutes())}`;
export const today = () => dayOf(new Date());

// utcDaysOf are the days of UTC that a day here has a part of.
export const utcDaysOf = (day) => [...new Set(["00:00", "23:59"].map((clock) => utcDayOf(day, clock)))];
// utcDayOf a day and a time of day here, "" where that is not known.
export const utcDayOf = (day, clock) => (clock ? instantOf(day, clock).slice(0, 10) : day);

// lastDay that has a year of four digits, as everything else expects it.
export const lastDay = "9999-12-31";

// noonOf a day, for how far away it is.
export const noonOf = (day) => Date.parse(`${day}T12:00`);

// instantOf a day and a time of day, as the API takes it: RFC 3339, in UTC.
export const instantOf = (day, clock) => new Date(`${day}T${clock}`).toISOString().replace(/\.\d+/, "");
