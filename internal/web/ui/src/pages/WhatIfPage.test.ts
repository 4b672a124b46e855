import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { go, route } from '../router.svelte';
import { entry, figures, gap, place, publisher } from '../testing/answers';
import { serve } from '../testing/server';
import WhatIfPage from './WhatIfPage.svelte';

const duty = (more: Record<string, unknown>) => ({
  kind: 'PERIOD',
  title: null,
  dueOn: '2026-10-31',
  fulfilledOn: null,
  disclosure: null,
  ...more,
});
const owing = (id: string, code: string, status: string, duties: unknown[] = []) =>
  gap(id, {
    status,
    entry: { ...entry(code, `item ${code}`), legalBasis: '' },
    publisher: publisher(),
    cell: { duties },
  });

const gaps = [
  owing('G1', '1.1', 'MISSING'),
  owing('G2', '1.2', 'OVERDUE', [
    duty({ title: '2026年10月' }),
    duty({ title: '2026年11月', dueOn: '2026-12-31' }),
    duty({ title: '2026年9月', fulfilledOn: '2026-10-08' }),
  ]),
  owing('G3', '1.3', 'OVERDUE', [duty({ kind: 'DOCUMENT', title: 'A notice', disclosure: { id: 'D3' } })]),
  owing('G4', '1.4', 'OVERDUE', [duty({ kind: 'INTERPRETATION' })]),
];

const choices = {
  data: {
    administrativeNode: {
      ...place(),
      coverage: figures(),
      catalog: {
        code: 'RL',
        title: 'Catalog',
        categories: [{ name: '政策', entries: ['1.1', '1.2'].map((code) => ({ ...entry(code), leaf: true })) }],
      },
      gaps: { totalCount: gaps.length, edges: gaps.map((node) => ({ node })) },
    },
  },
};
const found = (missing: number) => ({
  data: {
    whatIf: {
      before: { coverage: figures({ missing: 4, coverageRate: 0.5 }) },
      after: { coverage: figures({ missing, coverageRate: 0.75 }) },
      opened: { totalCount: 0, edges: [] },
      closed: { totalCount: 1, edges: [{ node: gaps[0] }] },
    },
  },
});

const served = () => serve((_, operation) => (operation === 'WhatIfChoices' ? choices : found(3)));
const supposed = (asked: ReturnType<typeof served>) => asked.filter(({ operation }) => operation === 'WhatIfAnswer');
const closed = () => screen.getByRole('region', { name: 'After' });

describe('WhatIfPage', () => {
  beforeEach(() => go('/n/533102/whatif?on=2026-11-24', { replace: true }));

  test('asks nothing until something is supposed', async () => {
    const asked = served();
    render(WhatIfPage);
    await screen.findByText(/item 1.1/);
    expect(supposed(asked)).toEqual([]);
    expect(screen.queryByRole('table')).toBeNull();
  });

  test('all that can be published is: something new, a period that is due, a document that is owed', async () => {
    const asked = served();
    render(WhatIfPage);
    await userEvent.click(await screen.findByRole('button', { name: 'All' }));
    await waitFor(() => expect(supposed(asked)).toHaveLength(1));
    const cell = (entryCode: string) => ({ publisherCode: '533102401', entryCode });
    expect(supposed(asked)[0]!.variables.changes).toEqual({
      publications: [
        { ...cell('1.1'), publishedOn: '2026-11-24' },
        { ...cell('1.2'), period: '2026年10月', publishedOn: '2026-11-24' },
        { id: 'D3', publishedOn: '2026-11-24' },
      ],
    });
    expect(route.address.query.getAll('publish')).toEqual(['533102401 1.1', '533102401 1.2', '533102401 1.3']);
    const rows = await within(closed()).findAllByRole('row');
    expect(rows.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent))).toContainEqual([
      'Missing',
      '4',
      '3',
      '−1',
    ]);
    screen.getByText('up 25.0 points');
  });

  test('a gap that nothing supposed here closes says why, apart from those to choose from', async () => {
    served();
    render(WhatIfPage);
    const apart = (await screen.findByText('Gaps that a new publication does not close')).closest('details')!;
    expect(apart.textContent).toMatch(/item 1\.4\s+closed only by doing what is owed/);
    const boxes = screen.getAllByRole<HTMLInputElement>('checkbox');
    expect(boxes.every((box) => !box.disabled && !apart.contains(box))).toBe(true);
  });

  test('many gaps: the first and those chosen, then all, in no box that scrolls', async () => {
    go('/n/533102/whatif?on=2026-11-24&publish=533102401+1.30', { replace: true });
    const many = Array.from({ length: 30 }, (_, i) => ({ node: owing(`M${i + 1}`, `1.${i + 1}`, 'MISSING') }));
    const node = { ...choices.data.administrativeNode, gaps: { totalCount: 30, edges: many } };
    serve((_, operation) => (operation === 'WhatIfChoices' ? { data: { administrativeNode: node } } : found(3)));
    render(WhatIfPage);
    const boxes = () =>
      within(screen.getByRole('list', { name: 'Choose gaps' })).getAllByRole<HTMLInputElement>('checkbox');
    await screen.findByText(/item 1\.30/);
    expect(boxes().map((box) => box.checked)).toEqual([...Array<boolean>(20).fill(false), true]);
    await userEvent.click(screen.getByRole('button', { name: 'Show all 30' }));
    expect(boxes()).toHaveLength(30);
    expect(screen.queryByRole('button', { name: 'Show all 30' })).toBeNull();
  });

  test('a row of the catalog is changed once, and taken back', async () => {
    const asked = served();
    go('/n/533102/whatif?on=2026-11-24&change=1.1+limit+5&change=nonsense', { replace: true });
    render(WhatIfPage);
    await screen.findByText(/item 1.1/);
    const catalog = within(screen.getByRole('region', { name: 'Suppose the catalogue changes' }));
    await userEvent.selectOptions(catalog.getByLabelText('Item'), '1.1');
    await userEvent.selectOptions(catalog.getByLabelText('Change'), 'remove');
    await userEvent.click(catalog.getByRole('button', { name: 'Add' }));
    expect(route.address.query.getAll('change')).toEqual(['1.1 remove']);
    await waitFor(() =>
      expect(supposed(asked).at(-1)!.variables.changes).toEqual({
        entries: [{ catalogCode: 'RL', entryCode: '1.1', remove: true }],
      }),
    );
    await userEvent.click(catalog.getByRole('button', { name: 'Remove' }));
    expect(route.address.query.has('change')).toBe(false);
    await waitFor(() => expect(screen.queryByRole('table')).toBeNull());
  });
});
