import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cellAddress, nodeAddress } from './addresses';
import { instantOf, isKnown } from './known.svelte';
import { changeQuery, go, route } from './router.svelte';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-24T04:00:00Z') });
});
afterEach(() => go('/n/533102', { replace: true }));

test('a day is known at its end, a time at that minute of Shanghai', () => {
  expect(instantOf('2026-11-20')).toBe('2026-11-20T23:59:59.999999+08:00');
  expect(instantOf('2026-11-20T18:05')).toBe('2026-11-20T18:05:00+08:00');
  expect(instantOf('2026-11-20T18:05:09.25')).toBe('2026-11-20T18:05:09.25+08:00');
});

test('what is no instant, or yet to come, is none', () => {
  const read = (text: string) => isKnown(text);
  expect(['2026-11-23', '2026-11-24T11:59', '2026-11-24T00:00:01.5'].every(read)).toBe(true);
  const others = [
    '2026-11-24',
    '2026-11-24T12:01',
    '2027-01-01',
    '2026-02-30',
    '2026-11-20T24:00',
    '2026-11',
    'now',
    '',
  ];
  expect(others.filter(read)).toEqual([]);
});

test('links stay at the instant, and its day is shown unless another is asked for', () => {
  go('/n/533102?known=2026-11-20T18:05');
  expect([route.known, route.on]).toEqual(['2026-11-20T18:05', '2026-11-20']);
  expect(nodeAddress('533102', { on: route.on })).toBe('/n/533102?known=2026-11-20T18%3A05&on=2026-11-20');
  expect(cellAddress('533102', '1.1', { known: null })).toBe('/c/533102/1.1');
  changeQuery({ on: '2026-11-24' });
  expect([route.known, route.on]).toEqual(['2026-11-20T18:05', '2026-11-24']);
  changeQuery({ known: null, on: null });
  expect([route.known, route.on, nodeAddress('533102')]).toEqual([null, null, '/n/533102']);
});
