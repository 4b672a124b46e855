import { expect, test } from 'vitest';
import { lateness } from './punctual';

const point = (asOf: string, onTime: number, late: number, overdue: number, onTimeRate: number | null = null) => ({
  asOf,
  timeliness: { onTime, late, overdue, onTimeRate },
});

test('what is done late is late once, in the quarter in which it missed its day', () => {
  const points = [
    point('2026-03-31', 5, 1, 0),
    point('2026-06-30', 6, 1, 2),
    point('2026-09-30', 7, 3, 0),
    point('2026-12-31', 7, 3, 1, 0.64),
  ];
  expect(lateness(points)).toEqual({ newlyLate: [2, 0, 1], quartersLate: 2, onTimeRate: 0.64 });
});

test('who has no duties was never late', () => {
  expect(lateness([])).toEqual({ newlyLate: [], quartersLate: 0, onTimeRate: null });
});
