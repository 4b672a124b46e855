import { expect, test } from 'vitest';
import { opening } from './opening';
import { figures } from './testing/answers';

const rate = (coverageRate: number | null, missing = 2) => figures({ coverageRate, missing, overdue: 0, stale: 0 });
const month = { name: 'Ruili City', now: rate(0.594, 67), before: rate(0.606) };

test('an opening says who got worse and what is asked of whom', () => {
  const children = {
    edges: [
      { node: { name: 'Town', now: rate(0.9, 1), before: rate(0.8) } },
      { node: { name: 'Farm', now: rate(0.188, 13), before: rate(0.25) } },
      { node: { name: 'Idle', now: rate(null, 0), before: rate(null, 0) } },
    ],
  };
  expect(opening({ ...month, children, upcoming: { totalCount: 23 } }, { opened: 4, closed: 2 }, '2026-10')).toBe(
    'In Oct 2026 the coverage rate of Ruili City was 59.4%, down 1.2 points; 4 new gaps opened, 2 were ' +
      'closed, and 67 remain. ' +
      'Those that fell most: Farm (down 6.2 points). ' +
      'We ask Farm (13 gaps, 18.8%), Town (1 gap, 90.0%) to close the gaps listed in parts 3 and 4 one by one. ' +
      '23 items fall due within 20 working days: please deal with them in good time.',
  );
});

test('of who has nothing below only its own month is told', () => {
  expect(opening(month, { opened: 1, closed: 0 }, '2026-10')).toBe(
    'In Oct 2026 the coverage rate of Ruili City was 59.4%, down 1.2 points; 1 new gap opened, 0 were ' +
      'closed, and 67 remain.',
  );
});
