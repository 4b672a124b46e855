import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go } from '../router.svelte';
import { serve, type Asked } from '../testing/server';
import IssueOrders from './IssueOrders.svelte';

const COUNTY = { code: '533102', name: 'Ruili' };
const to = ['Mengmao', 'Wanding', 'Nongdao'].map((name, i) => ({
  body: { code: `53310200${i}`, name, ancestors: [COUNTY] },
  choices: [{ code: '1.1', name: 'Laws' }],
  chosen: true,
}));
const today = {
  data: {
    administrativeNode: {
      supervision: { asOf: '2026-11-24' },
      orders: { nodes: [{ ref: '\u7763\u529e-20261124-007' }] },
    },
  },
};
const issued = (ref: unknown) => ({
  data: { issueOrder: { order: { id: ref, ref, state: 'ISSUED', dueOn: '2026-12-08' } } },
});
const refused = (code: string, field: string) => ({
  data: { issueOrder: null },
  errors: [{ message: 'no', path: ['issueOrder'], extensions: { code, field } }],
});
const refsOf = (asked: Asked[]) =>
  asked
    .filter(({ operation }) => operation === 'IssueOrder')
    .map(({ variables }) => (variables.input as { ref: string }).ref.slice(-3));

async function start(answer: (ref: string) => unknown, changed = vi.fn()) {
  go('/n/533102/gaps', { replace: true });
  const asked = serve((variables, operation) => {
    if (operation === 'OrdersOfToday') return today;
    return answer((variables.input as { ref: string }).ref.slice(-3)) as ReturnType<typeof issued>;
  });
  render(IssueOrders, { to, issuers: [COUNTY], close: () => {}, changed });
  await waitFor(() =>
    expect(screen.getAllByLabelText('Number')[2]).toHaveProperty('value', '\u7763\u529e-20261124-010'),
  );
  await userEvent.type(screen.getByLabelText('What is demanded'), 'Publish it');
  return { asked, changed };
}

test('each body gets an order of its own, numbered after those of the day', async () => {
  const { asked, changed } = await start((ref) => issued(ref));
  await userEvent.click(screen.getByRole('button', { name: 'Issue to 3 bodies' }));
  await screen.findByText('3 of 3 issued.');
  expect(refsOf(asked)).toEqual(['008', '009', '010']);
  expect(asked.at(-1)!.variables.input).toMatchObject({
    issuerCode: '533102',
    publisherCode: '533102002',
    kind: 'URGE',
    entryCodes: ['1.1'],
    text: 'Publish it',
    workingDays: 10,
  });
  expect(changed).toHaveBeenCalledOnce();
  expect(screen.queryByRole('button', { name: /^Issue to/ })).toBeNull();
});

test('what is repeated after a failure has the same ref, and what was issued is not sent again', async () => {
  let failing = true;
  const { asked } = await start((ref) => {
    if (ref !== '009' || !failing) return issued(ref);
    failing = false;
    return { errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] };
  });
  await userEvent.click(screen.getByRole('button', { name: 'Issue to 3 bodies' }));
  await screen.findByText('1 of 3 issued.');
  await userEvent.click(screen.getByRole('button', { name: 'Issue to 2 bodies' }));
  await screen.findByText('3 of 3 issued.');
  expect(refsOf(asked)).toEqual(['008', '009', '009', '010']);
});

test('a ref that is taken is told at its field, the others go on', async () => {
  const { asked } = await start((ref) => (ref === '009' ? refused('CONFLICT', 'ref') : issued(ref)));
  await userEvent.click(screen.getByRole('button', { name: 'Issue to 3 bodies' }));
  await screen.findByText('2 of 3 issued.');
  expect(screen.getByLabelText('Number').getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole('alert').textContent).toContain('this number is used already');
  expect(refsOf(asked)).toEqual(['008', '009', '010']);
});

test('what is wrong with all is told once, and no other body is asked', async () => {
  const { asked } = await start(() => refused('INVALID_INPUT', 'text'));
  await userEvent.click(screen.getByRole('button', { name: 'Issue to 3 bodies' }));
  await waitFor(() => expect(screen.getByLabelText('What is demanded').getAttribute('aria-invalid')).toBe('true'));
  expect(refsOf(asked)).toEqual(['008']);
});
