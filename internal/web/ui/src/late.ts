import type { CellStatus } from './generated/graphql';
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
export interface Arrival {
  ref: string;
  title: string;
  url?: string | null;
  /** A day or an instant; null: not yet. */
  published?: string | null;
  publisher: { code: string; name: string };
  entry: { code: string; item: string; subItem?: string | null };
}

/** One state's list. */
export interface List<Item> {
  list: { nodes: Item[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } };
}

/** The lists of two states that are compared by ref. */
export interface Lists {
  administrativeNode?: List<Arrival> | null;
  knownAt?: { administrativeNode?: List<{ ref: string }> | null } | null;
}

/** Of how many, the newest of each state, that is told. */
export const COMPARED_AT_MOST = 2000;

/** What is listed now and was not then, in the order of now. */
export function cameIn(then: { ref: string }[], now: Arrival[]): Arrival[] {
  const known = new Set(then.map(({ ref }) => ref));
  return now.filter(({ ref }) => !known.has(ref));
}
