import { afterEach, expect, test, vi } from 'vitest';
import { unread } from './parameters';
import type { View } from './views';

afterEach(() => vi.useRealTimers());

const told = (search: string, view: View = 'gaps') => unread(new URLSearchParams(search), view);

test.each([
  'on=2026-13-45',
  'on=tomorrow',
  'from=2026-02-30',
  'to=1989-12-31',
  'month=2026-13',
  'status=COVERED',
  'level=town',
  'group=x',
  'class=y',
  'days=-3',
  'change=1.2',
])('%s is told', (one) => {
  vi.useFakeTimers({ now: new Date('2026-11-29T04:00:00Z') });
  expect(told(one)).toEqual([one]);
});

test('what is read is not told, nor what is not ours to read', () => {
  vi.useFakeTimers({ now: new Date('2026-11-29T04:00:00Z') });
  expect(
    told('on=2026-11-24&month=2026-11&status=OVERDUE&status=STALE&change=1.2+limit+10&entry=1.2&utm_source=x&level='),
  ).toEqual([]);
});

test('what is a choice elsewhere and none here is told', () => {
  expect(told('days=99999', 'upcoming')).toEqual(['days=99999']);
  expect(told('days=60', 'upcoming')).toEqual([]);
  expect(told('days=45', 'gaps')).toEqual([]);
  expect(told('level=PREFECTURE', 'gaps')).toEqual(['level=PREFECTURE']);
  expect(told('level=PREFECTURE', 'compare')).toEqual([]);
});
