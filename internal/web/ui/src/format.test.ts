import { expect, test } from 'vitest';
import { quarterName, wan } from './format.svelte';
import { speak } from './messages/index.svelte';

test('quarters are told in words, and whether one is over', async () => {
  expect([quarterName('2025-03-31'), quarterName('2026-11-24')]).toEqual(['Q1 2025', 'Q4 2026 so far']);
  await speak('zh');
  expect([quarterName('2025-03-31'), quarterName('2026-11-24')]).toEqual(['2025年第一季度', '2026年第四季度（未完）']);
  await speak('en');
});

test('large amounts are in the unit that the language has', async () => {
  expect(wan('18864200.00')).toBe('18.86 million yuan');
  await speak('zh');
  expect(wan('-18864200.00')).toBe('−1,886.42万元');
  await speak('en');
});
