import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { go, route } from '../router.svelte';
import { entry, place, publisher } from '../testing/answers';
import { serve } from '../testing/server';
import OrdersPage from './OrdersPage.svelte';

const supervision = (more: Record<string, unknown> = {}) => ({
  ...{ asOf: '2026-11-24', issued: 7, open: 3, answered: 1, accepted: 2, withdrawn: 1, overdue: 2, dueSoon: 1 },
  ...{ onTime: 2, late: 1, onTimeRate: 0.6667 },
  ...more,
});
const order = (ref: string) => ({
  ...{ id: ref, ref, kind: 'RECTIFY', state: 'RECEIVED', timeliness: 'OVERDUE', dueOn: '2026-11-20' },
  ...{ publisher: publisher(), issuedOn: '2026-11-06', text: 'Publish it', issuer: { code: '533102', name: 'Ruili' } },
  ...{ cells: [{ entry: entry() }], pendingExtension: { newDueOn: '2026-12-01' } },
});
const page = (refs: string[], total = refs.length, endCursor: string | null = null) => ({
  data: {
    administrativeNode: {
      ...place(),
      supervision: supervision(),
      supervisionTrend: [],
      orders: { totalCount: total, pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes: refs.map(order) },
    },
  },
});

test('filters stand in the address and are asked for; figures lead to what they count', async () => {
  go('/n/533102/orders?on=2026-11-24', { replace: true });
  const asked = serve(() => page(['A-1']));
  render(OrdersPage);
  await screen.findByText('1 order');
  const filters = within(screen.getByRole('region', { name: 'Filter' }));
  await userEvent.click(filters.getByRole('checkbox', { name: 'Returned' }));
  await userEvent.click(filters.getByRole('checkbox', { name: 'Overdue' }));
  await userEvent.selectOptions(screen.getByLabelText('Scope'), 'SELF');
  await waitFor(() =>
    expect(asked.at(-1)!.variables).toMatchObject({
      scope: 'SELF',
      filter: { states: ['RETURNED'], timeliness: ['OVERDUE'] },
    }),
  );
  expect(route.address.query.toString()).toBe('on=2026-11-24&state=RETURNED&timeliness=OVERDUE&scope=SELF');
  const open = screen.getByText('Open', { selector: 'dt' }).nextElementSibling!.querySelector('a')!;
  expect(open.getAttribute('href')).toBe(
    '/n/533102/orders?on=2026-11-24&scope=SELF&state=ISSUED&state=RECEIVED&state=RETURNED',
  );
  const file = new URLSearchParams(screen.getByRole('link', { name: 'CSV' }).getAttribute('href')!.split('?')[1]);
  expect(file.get('code')).toBe('533102');
  expect(file.get('asOf')).toBe('2026-11-24');
  expect(JSON.parse(file.get('filter')!)).toEqual({ states: ['RETURNED'], timeliness: ['OVERDUE'] });
  await userEvent.click(filters.getByRole('button', { name: 'Clear the filter' }));
  await waitFor(() => expect(asked.at(-1)!.variables.filter).toEqual({}));
});

test('more are loaded, and that others are hidden is told', async () => {
  go('/n/533102/orders', { replace: true });
  const asked = serve(({ after }) => (after ? page(['A-2'], 2) : page(['A-1'], 2, 'C')));
  render(OrdersPage);
  await userEvent.click(await screen.findByRole('button', { name: 'Load 1 more' }));
  await screen.findByRole('link', { name: 'A-2' });
  expect(asked.at(-1)!.variables.after).toBe('C');
  screen.getByText('The figures count orders that you may not see, too');
});
