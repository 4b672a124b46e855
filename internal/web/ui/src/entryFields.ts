import { listed } from './format.svelte';
import { t, type Key } from './messages/index.svelte';

/** A kind of publisher in words; its own word where the pages know none. */
export const publisherName = (name: string) => t(`publisher.${name}` as Key) || name;

/** A column of a catalog's file, as CatalogFieldDifference.field has it, in words. */
export const fieldName = (field: string) => t(`field.${field}` as Key) || field;

const WORDS: Record<string, (word: string) => string> = {
  levels: (level) => t(`level.${level}` as Key) || level,
  publishers: publisherName,
  limit_kind: (kind) => t(`limitKind.${kind}` as Key) || kind,
  limit_anchor: (anchor) => t(`limit.${anchor}` as Key) || anchor,
  period: (period) => t(`period.${period}` as Key) || period,
  leaf: (leaf) => t(leaf === 'true' ? 'yes' : 'no'),
};

/** A value of such a column in words; those of lists have ; between. */
export function fieldValue(field: string, value: string): string {
  const word = WORDS[field];
  if (!word || !value) return value;
  return listed(value.split(';').map(word));
}
