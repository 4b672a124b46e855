// What the parameters of an address may say, whichever page reads them. The server tells of what only it knows:
// codes of places, entries and events.
import { isDay, readsAsMonth } from './dates';
import { isKnown } from './known.svelte';
import { CLASSES } from './relief';
import { KINDS, STATES, TIMELINESS } from './orders';
import { LEVELS_BELOW, LEVELS_OF_GAPS } from './levels';
import { GAPS } from './status';
import type { View } from './views';

/** Within how many working days the page of what comes due looks. */
export const SPANS = [5, 10, 20, 60, 120];

const among =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value);
const isCount = (value: string) => /^\d{1,6}$/.test(value);

const READ: Record<string, (value: string) => boolean> = {
  on: isDay,
  known: isKnown,
  from: isDay,
  to: isDay,
  publishedOn: isDay,
  month: readsAsMonth,
  status: among(...GAPS),
  level: among(...LEVELS_BELOW),
  within: among('PARENT', 'PROVINCE'),
  class: among(...CLASSES),
  unit: among('wan'),
  view: among('tiles'),
  group: among('body', 'entry', 'oldest'),
  days: isCount,
  least: isCount,
  change: (value) => /^\S+ (remove|limit \d{1,4})$/.test(value),
  lang: among('zh', 'en'),
};

// Where a page has fewer choices than others.
const READ_BY: Partial<Record<View, typeof READ>> = {
  gaps: { level: among(...LEVELS_OF_GAPS) },
  upcoming: { days: among(...SPANS.map(String)) },
  orders: {
    state: among(...STATES),
    timeliness: among(...TIMELINESS),
    kind: among(...KINDS),
    scope: among('SELF'),
  },
  exemptions: { decided: among('all') },
};

/** The parameter that an argument of the interface comes from, by the field that a refusal names. */
export const PARAMETER_OF: Record<string, string> = {
  accounts: 'account',
  facts: 'fact',
  publishers: 'publisher',
  categories: 'category',
  entries: 'entry',
  levels: 'level',
  statuses: 'status',
  minDaysOpen: 'days',
  workingDays: 'days',
  minRequired: 'least',
  eventRef: 'event',
  title: 'title',
};

/** What an address says that its page cannot read, as NAME=VALUE: it is told, not passed over. */
export function unread(query: URLSearchParams, view: View): string[] {
  const read = { ...READ, ...READ_BY[view] };
  return [...query].filter(([name, value]) => value && read[name]?.(value) === false).map((pair) => pair.join('='));
}
