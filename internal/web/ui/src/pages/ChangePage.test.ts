import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { go } from '../router.svelte';
import { figures, place } from '../testing/answers';
import { serve } from '../testing/server';
import ChangePage from './ChangePage.svelte';

const trend = [
  { to: '2026-03-31', missed: 0, onTimeRate: 1 },
  { to: '2026-06-30', missed: 2, onTimeRate: 0.5 },
];

/** A page of so many bodies, of 130 in all. */
const page = (names: string[], endCursor: string | null) => ({
  data: {
    administrativeNode: {
      ...place(),
      punctualityTrend: trend,
      children: {
        totalCount: 130,
        pageInfo: { hasNextPage: endCursor !== null, endCursor },
        edges: names.map((name) => ({
          node: {
            code: name,
            name,
            before: figures(),
            now: { ...figures(), timeliness: { onTimeRate: 0.8 } },
            punctualityTrend: trend,
          },
        })),
      },
      coverageChange: {
        before: figures(),
        after: { ...figures(), timeliness: { onTimeRate: 0.7 } },
        cells: { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, edges: [] },
      },
    },
  },
});

test('each quarter has what was newly late and its rate, each body in how many it was late', async () => {
  go('/n/533102/change?on=2026-06-30', { replace: true });
  serve(() => page(['one'], null));
  render(ChangePage);
  const late = await screen.findByRole('region', { name: 'Late again and again' });
  const [, own, one] = within(late).getAllByRole('row');
  expect(
    within(own!)
      .getAllByRole('cell')
      .map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()),
  ).toEqual(['0 100.0%', '2 50.0%', '1 of 2', '70.0%']);
  expect(within(one!).getAllByRole('cell').at(-1)!.textContent).toBe('80.0%');
});

test('bodies are paged, in both of their tables', async () => {
  go('/n/533102/change?on=2026-11-24', { replace: true });
  const first = Array.from({ length: 100 }, (_, i) => `body ${i}`);
  const asked = serve(({ bodiesAfter }) => (bodiesAfter ? page(['the last'], null) : page(first, 'CURSOR')));
  render(ChangePage);
  const bodies = await screen.findByRole('region', { name: 'Bodies below, side by side' });
  expect(within(bodies).getAllByRole('rowheader')).toHaveLength(100);
  await userEvent.click(within(bodies).getByRole('button', { name: 'Load 30 more' }));
  await waitFor(() => expect(within(bodies).getAllByRole('rowheader')).toHaveLength(101));
  expect(asked.at(-1)!.variables.bodiesAfter).toBe('CURSOR');
  expect(screen.getAllByRole('link', { name: 'the last' })).toHaveLength(2);
  expect(screen.queryByRole('button', { name: /Load/ })).toBeNull();
});
