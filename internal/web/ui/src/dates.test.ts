import { expect, test } from 'vitest';
import { addDays, addMonths, daysBetween, daysOf, isDay, lastOfMonth, weekday } from './dates';

test.each([
  ['2024-01-31', 1, '2024-02-29'],
  ['2026-03-31', -1, '2026-02-28'],
  ['2024-02-29', 12, '2025-02-28'],
  ['2026-11-24', -24, '2024-11-24'],
  ['1990-01-15', -1, '1990-01-01'], // no further than the service goes
])('%s and %i months is %s', (day, months, expected) => {
  expect(addMonths(day, months)).toBe(expected);
});

test('days go over the ends of months and years, but no further than the service does', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2100-12-31', 1)).toBe('2100-12-31');
  expect(daysBetween('2026-02-28', '2026-03-01')).toBe(1);
  expect(daysOf('2026-12-30', '2027-01-01')).toEqual(['2026-12-30', '2026-12-31', '2027-01-01']);
  expect(lastOfMonth('2024-02')).toBe('2024-02-29');
  expect(weekday('2026-11-23')).toBe(0);
});

test.each([null, '', '2026-2-1', '2026-02-30', '1989-12-31', '2101-01-01', 'today'])('%s is no day', (text) => {
  expect(isDay(text)).toBe(false);
});

test('a leap day is a day', () => expect(isDay('2024-02-29')).toBe(true));
