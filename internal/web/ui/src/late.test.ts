import { expect, test } from 'vitest';
import type { CellStatus } from './generated/graphql';
import { daysUnrecorded, differing, kindOf, movedFigures, twice, type Side } from './late';

const side = (rows: Record<string, Record<string, CellStatus>>, more = false): Side => ({
  more,
  rows: Object.entries(rows).map(([code, cells]) => ({
    publisher: { code, name: code },
    cells: Object.entries(cells).map(([entryCode, status]) => ({ entryCode, status })),
  })),
});
const told = (then: Side, now: Side) => {
  const { cells, compared } = differing(then, now);
  return [compared, ...cells.map((one) => `${one.publisher.code} ${one.entryCode} ${one.then} ${one.now}`)];
};

test('cells differ by status, by being there, and with their publisher', () => {
  const then = side({ a: { '1': 'MISSING', '2': 'COVERED', '3': 'STALE' }, b: { '1': 'COVERED' } });
  const now = side({ a: { '1': 'COVERED', '2': 'COVERED', '4': 'PENDING' }, c: { '1': 'OVERDUE' } });
  expect(told(then, now)).toEqual([
    3,
    'a 1 MISSING COVERED',
    'a 3 STALE null',
    'a 4 null PENDING',
    'b 1 COVERED null',
    'c 1 null OVERDUE',
  ]);
});

test('only what both sides have been fetched of is compared', () => {
  const then = side({ a: { '1': 'MISSING' }, b: { '1': 'MISSING' } }, true);
  const now = side({ a: { '1': 'MISSING' }, c: { '1': 'COVERED' } }, true);
  expect(told(then, now)).toEqual([2, 'b 1 MISSING null']);
  expect(told(side({}, true), now)).toEqual([0]);
});

test('a difference opens a gap, closes one, or does neither', () => {
  expect(kindOf({ then: 'MISSING', now: 'COVERED' })).toBe('closed');
  expect(kindOf({ then: 'STALE', now: null })).toBe('closed');
  expect(kindOf({ then: null, now: 'OVERDUE' })).toBe('opened');
  expect(kindOf({ then: 'MISSING', now: 'OVERDUE' })).toBe('other');
  expect(kindOf({ then: 'PENDING', now: 'COVERED' })).toBe('other');
});

const row = (ref: string, funds: string | null, place = 'a') => ({ ref, funds, place });
const says = ({ funds, place }: ReturnType<typeof row>) => [
  { field: 'relief.amount' as const, value: funds },
  { field: 'relief.target' as const, value: place, text: `place ${place}` },
];
const changes = (then: ReturnType<typeof row>[], now: ReturnType<typeof row>[], moreNow = false) =>
  twice(then, now, moreNow, says).map(({ ref, how, changed }) =>
    [ref, how, ...changed.map(({ field, was, is }) => `${field} ${was} ${is}`)].join(' '),
  );

test('rows that came in, say something else or are there no more are told, those that are the same are not', () => {
  const then = [row('same', '1'), row('gone', '1'), row('changed', '1')];
  const now = [row('new', '1'), row('changed', null, 'b'), row('same', '1')];
  expect(changes(then, now)).toEqual([
    'new came',
    'changed changed relief.amount 1 null relief.target place a place b',
    'gone went',
  ]);
  // What was not fetched is not gone.
  expect(changes(then, now, true).filter((one) => one.startsWith('gone'))).toEqual([]);
});

test('days unrecorded are of Shanghai; what is of later has none', () => {
  expect(daysUnrecorded('2026-11-10', '2026-11-20')).toBe(10);
  expect(daysUnrecorded('2026-11-20', '2026-11-20')).toBe(0);
  expect(daysUnrecorded('2026-11-21', '2026-11-20')).toBeNull();
  expect(daysUnrecorded('2026-11-18T17:30:00Z', '2026-11-20')).toBe(1);
  expect(daysUnrecorded('2026-11-20T10:00:00+08:00', '2026-11-20T09:00')).toBeNull();
});

test('figures that differ are told, exactly, also where there was none', () => {
  const names = ['received', 'balance'] as const;
  expect(movedFigures(names, { received: '1.00', balance: '0' }, { received: '1', balance: '0.001' })).toEqual([
    { name: 'balance', then: '0', now: '0.001' },
  ]);
  expect(movedFigures(names, undefined, { received: '5', balance: '0' })).toEqual([
    { name: 'received', then: '0', now: '5' },
  ]);
});
