// Days are days in Asia/Shanghai, as texts YYYY-MM-DD: design, Dates.

const shanghai = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });

export const FIRST_DAY = '1990-01-01';
export const LAST_DAY = '2100-12-31';

/** Today in Shanghai, wherever the reader is. */
export function today(): string {
  return shanghai.format(new Date());
}

/** The day of an instant in Shanghai; a day is its own. */
export const dayAt = (instant: string) => shanghai.format(new Date(instant));

/** Whether a text is a day that the service answers for. */
export function isDay(text: string | null): text is string {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && written(date) === text && text >= FIRST_DAY && text <= LAST_DAY;
}

/** The first month that has one before it. */
export const FIRST_MONTH = '1990-02';

/** Whether a text reads as a month. */
export const readsAsMonth = (text: string) => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

/** Whether a text is a month that has a bulletin: none has one that has not begun. */
export const isMonth = (text: string | null): text is string =>
  text !== null && readsAsMonth(text) && text >= FIRST_MONTH && text <= today().slice(0, 7);

const written = (date: Date) => date.toISOString().slice(0, 10);
const read = (day: string) => new Date(`${day}T00:00:00Z`);
const within = (day: string) => (day < FIRST_DAY ? FIRST_DAY : day > LAST_DAY ? LAST_DAY : day);

export function addDays(day: string, days: number): string {
  const date = read(day);
  date.setUTCDate(date.getUTCDate() + days);
  return within(written(date));
}

/** The same day of another month, or its last: design, Over time. */
export function addMonths(day: string, months: number): string {
  const date = read(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return within(written(date));
}

export function daysBetween(from: string, to: string): number {
  return Math.round((read(to).getTime() - read(from).getTime()) / 86_400_000);
}

/** Monday is 0. */
export const weekday = (day: string) => (read(day).getUTCDay() + 6) % 7;

export const lastOfMonth = (month: string) => addDays(addMonths(`${month}-01`, 1), -1);

/** A span read forwards, whichever of its ends was given first. */
export const forwards = (from: string, to: string) =>
  from > to ? { from: to, to: from, turned: true } : { from, to, turned: false };

/** Every day of a span, both ends in it. */
export function daysOf(from: string, to: string): string[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => addDays(from, i));
}
