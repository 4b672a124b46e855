import { expect, test } from 'vitest';
import type { CellStatus } from './generated/graphql';
import { differing, kindOf, type Side } from './late';

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
