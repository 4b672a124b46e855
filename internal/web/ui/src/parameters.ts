// What the parameters of an address may say, whichever page reads them. The server tells of what only it knows:
// codes of places, entries and events.
import { isDay, isMonth } from './dates';
import { CLASSES } from './relief';
import { LEVELS_BELOW } from './levels';
import { GAPS } from './status';

const among =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value);
const isCount = (value: string) => /^\d{1,6}$/.test(value);

const READ: Record<string, (value: string) => boolean> = {
  on: isDay,
  from: isDay,
  to: isDay,
  publishedOn: isDay,
  month: isMonth,
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

/** What an address says that no page can read, as NAME=VALUE: it is told, not passed over. */
export function unread(query: URLSearchParams): string[] {
  return [...query].filter(([name, value]) => value && READ[name]?.(value) === false).map((pair) => pair.join('='));
}
