import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { route } from '../router.svelte';
import { figures } from '../testing/answers';
import Children from './Children.svelte';

const child = (code: string, name: string, counts: Parameters<typeof figures>[0], validTo: string | null = null) => ({
  code,
  name,
  level: 'TOWNSHIP',
  validTo,
  coverage: figures(counts),
});

const children = [
  child('1', 'A', { missing: 1, overdue: 0, stale: 0, coverageRate: 0.9 }),
  child('2', 'B', { missing: 5, overdue: 1, stale: 0, coverageRate: 0.3 }, '2026-01-01'),
  child('3', 'C', { missing: 0, overdue: 0, stale: 0, coverageRate: null }),
];
const props = { children, total: 5, on: '2026-11-24', parent: '533102' };

const names = () => [...document.querySelectorAll('tbody th a')].map((link) => link.textContent);
const heads = () => within(screen.getByRole('table')).getAllByRole('columnheader');

describe('Children', () => {
  test('orders by a column, most gaps first, and as the address says', async () => {
    render(Children, props);
    await userEvent.click(screen.getByRole('button', { name: 'Gaps' }));
    expect(route.address.query.get('sort')).toBe('-gaps');
    expect(names()).toEqual(['B', 'A', 'C']);
    expect(heads()[2]!.getAttribute('aria-sort')).toBe('descending');
    await userEvent.click(screen.getByRole('button', { name: /^Gaps/ }));
    expect(names()).toEqual(['C', 'A', 'B']);
  });

  test('the worst rate comes first, and who has none last', () => {
    render(Children, props);
    expect(names()).toEqual(['B', 'A', 'C']);
    expect(heads()[6]!.getAttribute('aria-sort')).toBe('ascending');
  });

  test('who owes nothing is folded away', () => {
    const idle = child('4', 'D', {
      required: 0,
      covered: 0,
      pending: 0,
      missing: 0,
      overdue: 0,
      stale: 0,
      coverageRate: null,
    });
    render(Children, { ...props, children: [...children, idle] });
    expect(names()).toEqual(['B', 'A', 'C']);
    const folded = screen.getByText('1 body has nothing to publish').closest('details')!;
    expect(folded.open).toBe(false);
    within(folded).getByRole('link', { name: 'D' });
  });

  test('a place that has ended says so; those left out are counted', () => {
    render(Children, props);
    expect(screen.getByRole('link', { name: 'B' }).closest('th')!.textContent).toMatch(/B\s+\S+/);
    expect(screen.getByRole('link', { name: 'A' }).closest('th')!.textContent.trim()).toBe('A');
    screen.getByText('2 more are in the XLSX and CSV files');
  });

  test('why there is no rate is said below, where there is none', async () => {
    const { rerender } = render(Children, props);
    screen.getByText('none yet (nothing is due so far)');
    await rerender({ ...props, children: children.slice(0, 2) });
    expect(screen.queryByText(/nothing is due/)).toBeNull();
  });

  test('tiles show the same places on the same day', async () => {
    render(Children, props);
    await userEvent.click(screen.getByRole('button', { name: 'Tiles' }));
    expect(route.address.query.get('view')).toBe('tiles');
    expect(screen.queryByRole('table')).toBeNull();
    const tile = screen.getByRole('link', { name: /B/ });
    expect(tile.getAttribute('href')).toBe('/n/2?on=2026-11-24');
    expect(tile.textContent).toContain('30.0%');
    expect(tile.textContent).toContain('6');
  });
});
