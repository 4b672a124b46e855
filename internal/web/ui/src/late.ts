import { subtract } from './amounts';
import { dayAt, daysBetween } from './dates';
import type { CellStatus } from './generated/graphql';
import { dayOf, instantOf } from './known.svelte';
import type { Key } from './messages/index.svelte';
import { GAPS } from './status';

/** Publishers with their cells, by code, as far as they have been fetched. */
export interface Side {
  rows: { publisher: { code: string; name: string }; cells: { entryCode: string; status: CellStatus }[] }[];
  /** Whether more follow. */
  more: boolean;
}

export interface Differing {
  publisher: { code: string; name: string };
  entryCode: string;
  /** Null: not in force. */
  then: CellStatus | null;
  now: CellStatus | null;
}

export type Kind = 'closed' | 'opened' | 'other';

/** What a difference means for gaps. */
export function kindOf({ then, now }: Pick<Differing, 'then' | 'now'>): Kind {
  const [was, is] = [then, now].map((status) => status !== null && GAPS.includes(status));
  return was === is ? 'other' : is ? 'opened' : 'closed';
}

/**
 * The cells whose status differs between two states, by publisher and entry, and how
 * many publishers were compared: those up to where both sides have been fetched.
 */
export function differing(then: Side, now: Side): { cells: Differing[]; compared: number } {
  const ends = [then, now].filter(({ more }) => more).map(({ rows }) => rows.at(-1)?.publisher.code ?? '');
  const known = ({ publisher: { code } }: Side['rows'][number]) => ends.every((end) => code <= end);
  const statuses = (side: Side) => new Map(side.rows.filter(known).map((row) => [row.publisher.code, row]));
  const [was, is] = [statuses(then), statuses(now)];
  const codes = [...new Set([...was.keys(), ...is.keys()])].sort();
  const cells = codes.flatMap((code) => {
    const of = (row?: Side['rows'][number]) => new Map(row?.cells.map((cell) => [cell.entryCode, cell.status]));
    const [before, after] = [of(was.get(code)), of(is.get(code))];
    const { publisher } = (is.get(code) ?? was.get(code))!;
    return [...new Set([...before.keys(), ...after.keys()])]
      .map((entryCode) => {
        return { publisher, entryCode, then: before.get(entryCode) ?? null, now: after.get(entryCode) ?? null };
      })
      .filter(({ then, now }) => then !== now);
  });
  return { cells, compared: codes.length };
}

/** A document or an item of news, as it is listed now. */
export interface Arrival extends Row {
  title: string;
  url?: string | null;
  /** A day or an instant; null: not yet. */
  published?: string | null;
  publisher: { code: string; name: string };
  entry: { code: string; item: string; subItem?: string | null };
}

/** A row of a list that is asked for of two states. */
export interface Row {
  /** By which it is told. */
  ref: string;
}

/** One state's list. */
export interface List<Item> {
  nodes: Item[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

/** Both states' lists of documents, or of news. */
export interface Lists {
  administrativeNode?: { list: List<Arrival> } | null;
  knownAt?: { administrativeNode?: { list: List<Row> } | null } | null;
}

/** Of how many, the newest of each state, that is told. */
export const COMPARED_AT_MOST = 2000;

/** What is listed now and was not then, in the order of now. */
export function cameIn<Now extends Row>(then: Row[], now: Now[]): Now[] {
  const known = new Set(then.map(({ ref }) => ref));
  return now.filter(({ ref }) => !known.has(ref));
}

/** What a row says in one of its fields. */
export interface Said {
  field: Key;
  /** By which it is compared. */
  value: string | number | null | undefined;
  /** In words, where they are others. */
  text?: string | undefined;
}

/** A row as it was then and as it is now. */
export interface Twice<R extends Row> extends Row {
  /** As it is now; as it was, where it is there no more. */
  row: R;
  /** Whether it was not there then, is not there now, or says something else. */
  how: 'came' | 'went' | 'changed';
  changed: { field: Key; was: string | null; is: string | null }[];
}

/**
 * The rows that are not the same in two states, in the order of now, then those that are
 * there no more: none where there is more now than was fetched.
 */
export function twice<R extends Row>(then: R[], now: R[], moreNow: boolean, says: (row: R) => Said[]): Twice<R>[] {
  const before = new Map(then.map((row) => [row.ref, row]));
  const textOf = ({ value, text }: Said) => text ?? (value == null ? null : String(value));
  const found = now.flatMap((row): Twice<R>[] => {
    const was = before.get(row.ref);
    before.delete(row.ref);
    if (!was) return [{ ref: row.ref, row, how: 'came', changed: [] }];
    const earlier = says(was);
    const changed = says(row).flatMap((said, i) => {
      const { value } = earlier[i]!;
      if ((value ?? null) === (said.value ?? null)) return [];
      return [{ field: said.field, was: textOf(earlier[i]!), is: textOf(said) }];
    });
    return changed.length ? [{ ref: row.ref, row, how: 'changed', changed }] : [];
  });
  const gone = moreNow ? [] : [...before.values()];
  return [...found, ...gone.map((row) => ({ ref: row.ref, row, how: 'went' as const, changed: [] }))];
}

/** For how many days something of a day or an instant had been there and was not on record; null: it is of later. */
export function daysUnrecorded(of: string, then: string): number | null {
  const days = daysBetween(dayAt(of), dayOf(then));
  return days < 0 || (of.includes('T') && new Date(of) > new Date(instantOf(then))) ? null : days;
}

/** Figures by name, as exact decimals. */
type Decimals<Name extends string> = Record<Name, string>;

/** Which of some figures differ; what is in one state alone had, or has, none. */
export const movedFigures = <Name extends string>(
  names: readonly Name[],
  was: Decimals<Name> | undefined,
  is: Decimals<Name> | undefined,
) =>
  names
    .map((name) => ({ name, then: was?.[name] ?? '0', now: is?.[name] ?? '0' }))
    .filter(({ then, now }) => Number(subtract(now, then)) !== 0);
