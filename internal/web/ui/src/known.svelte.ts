// As it stood when: the instant whose records count, as the address has it, known=DAY or known=DAYThh:mm of Shanghai.
import { isDay } from './dates';

const FORM = /^(\d{4}-\d{2}-\d{2})(?:T((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,6})?)?)?$/;

/** The instant that such a text names: of a day without a time its end. */
export function instantOf(text: string): string {
  const [, day, minute, seconds = ':00'] = FORM.exec(text)!;
  return minute ? `${day}T${minute}${seconds}+08:00` : `${day}T23:59:59.999999+08:00`;
}

/** Whether a text names an instant that is past: of what is yet to come nothing is known. */
export const isKnown = (text: string | null): text is string =>
  text !== null && isDay(FORM.exec(text)?.[1] ?? null) && new Date(instantOf(text)) < new Date();

export const dayOf = (text: string) => text.slice(0, 10);

let asked = $state<string | null>(null);

/** What the address says of it; null is the present. */
export const known = {
  get asked() {
    return asked;
  },
  /** Takes what an address says. */
  take(text: string | null) {
    asked = isKnown(text) ? text : null;
  },
};
