import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { go } from '../router.svelte';
import { serve } from '../testing/server';
import AccountsPage from './AccountsPage.svelte';

const place = { code: '533102', name: '瑞丽市' };
const granted = (more: Record<string, unknown> = {}) => ({
  grant: {
    ...{ role: 'CLERK', scope: 'SELF', node: place, nodeCode: place.code, from: '2026-01-01', to: null },
    ...more,
  },
  held: true,
  reason: '',
  grantedBy: 'security',
  grantedAt: '2026-01-01T00:00:00+08:00',
  endedBy: null,
  endedAt: null,
});
const managed = (name: string, grants: unknown[], more: Record<string, unknown> = {}) => ({
  account: { name, displayName: name, kind: 'PERSON' },
  disabled: false,
  subject: 'somebody',
  grants,
  ...more,
});
const accounts = (...all: unknown[]) => ({ data: { viewer: { account: { name: 'security' } }, accounts: all } });
const of = (name: RegExp) => screen.findByRole('region', { name });

test('nothing is offered for one’s own account but the word that another sees to it', async () => {
  go('/accounts', { replace: true });
  serve(() => accounts(managed('security', [granted()]), managed('other', [granted()])));
  render(AccountsPage);
  const own = within(await of(/^security/));
  expect(own.queryAllByRole('button')).toHaveLength(0);
  expect(own.getByText(/^This account is yours/)).toBeTruthy();
  const other = within(await of(/^other/));
  for (const name of ['Give a grant', 'Disable account', 'Unbind', /^End Clerk/])
    expect(other.getByRole('button', { name })).toBeTruthy();
  expect(other.queryByText(/^This account is yours/)).toBeNull();
});

test('a row to end names its days, and says what ends with it', async () => {
  go('/accounts', { replace: true });
  serve(() => accounts(managed('other', [granted(), granted(), granted({ from: '2026-03-01' })])));
  render(AccountsPage);
  const other = within(await of(/^other/));
  await userEvent.click(other.getByRole('button', { name: /^End Clerk .* 1 Mar 2026/ }));
  expect(other.queryByText(/equal grants/)).toBeNull();
  await userEvent.click(other.getAllByRole('button', { name: /^End Clerk .* 1 Jan/ })[0]!);
  expect(other.getByText('2 equal grants end together.')).toBeTruthy();
});

test('blanks around a name that is looked for count for nothing', async () => {
  go('/accounts?search=%20clerk%20', { replace: true });
  const asked = serve(() => accounts());
  render(AccountsPage);
  await screen.findByText('No account matches');
  expect(asked.find(({ operation }) => operation === 'AccountsPage')?.variables.search).toBe('clerk');
});

test('a grant of a disabled account is suspended, and is ended; its identity is unbound', async () => {
  go('/accounts', { replace: true });
  const past = { ...granted({ to: '2026-02-01' }), held: false };
  const asked = serve((_, operation) =>
    operation === 'AccountsPage'
      ? accounts(
          managed('gone', [granted(), past], { disabled: true }),
          managed('unbound', [], { disabled: true, subject: null }),
          managed('security', [granted()], { disabled: true }),
        )
      : { data: { endGrant: { account: { disabled: true } } } },
  );
  render(AccountsPage);
  const gone = within(await of(/^gone/));
  expect(gone.getByText(/^Suspended: holds again/)).toBeTruthy();
  expect(gone.queryByText('Holds now')).toBeNull();
  expect(gone.getByText('Outside its days')).toBeTruthy();
  expect(gone.getByRole('button', { name: 'Unbind' })).toBeTruthy();
  for (const name of ['Give a grant', 'Disable account']) expect(gone.queryByRole('button', { name })).toBeNull();
  await userEvent.click(gone.getByRole('button', { name: /^End Clerk/ }));
  await userEvent.click(gone.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(asked.map(({ operation }) => operation)).toContain('EndGrant'));
  expect(within(await of(/^unbound/)).queryByText(/^Identity/)).toBeNull();
  expect(within(await of(/^security/)).queryAllByRole('button')).toHaveLength(0);
});

test('a grant at a place that is there no more is told by its code, and is ended by it', async () => {
  go('/accounts', { replace: true });
  const asked = serve((_, operation) =>
    operation === 'AccountsPage'
      ? accounts(
          managed('other', [
            granted({ node: null, nodeCode: '533102998' }),
            granted({ node: null, nodeCode: '533102999' }),
          ]),
        )
      : { data: { endGrant: { account: { disabled: false } } } },
  );
  render(AccountsPage);
  const other = within(await of(/^other/));
  await userEvent.click(other.getByRole('button', { name: /^End Clerk .*533102999/ }));
  expect(other.queryByText(/equal grants/)).toBeNull();
  await userEvent.click(other.getByRole('button', { name: 'Confirm' }));
  await waitFor(() =>
    expect(asked.find(({ operation }) => operation === 'EndGrant')?.variables.input).toEqual({
      name: 'other',
      grant: { role: 'CLERK', nodeCode: '533102999', scope: 'SELF', from: '2026-01-01' },
    }),
  );
});
