import { expect, test } from 'vitest';
import { actsOf, refsAfter, refsIn } from './orders';

test('refs go on after those of the day, whatever stands beside them', () => {
  expect(refsAfter([], 'X', '2026-11-24', 2)).toEqual(['X-20261124-001', 'X-20261124-002']);
  expect(
    refsAfter(['X-20261124-009', 'X-20261123-044', 'X-20261124-a', 'Y-20261124-050'], 'X', '2026-11-24', 1),
  ).toEqual(['X-20261124-010']);
});

test('refs are read as they are typed, each once', () => {
  expect(refsIn(' A-1\uff0cA-2, A-1\n B\u3001C ')).toEqual(['A-1', 'A-2', 'B', 'C']);
  expect(refsIn('  ')).toEqual([]);
});

test('the decisions about an extension are one act', () => {
  expect(actsOf(['REMARKED', 'EXTENSION_REFUSED', 'EXTENSION_GRANTED', 'ACCEPTED'])).toEqual([
    'ACCEPTED',
    'DECIDED',
    'REMARKED',
  ]);
  expect(actsOf([])).toEqual([]);
});
