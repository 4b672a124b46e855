import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { go } from '../router.svelte';
import { serve } from '../testing/server';
import AccountsPage from './AccountsPage.svelte';

const place = { code: '533102', name: '瑞丽市' };
const granted = (more: Record<string, unknown> = {}) => ({
  grant: { role: 'CLERK', scope: 'SELF', node: place, from: '2026-01-01', to: null, ...more },
  held: true,
  reason: '',
  grantedBy: 'security',
  grantedAt: '2026-01-01T00:00:00+08:00',
  endedBy: null,
  endedAt: null,
});
const managed = (name: string, grants: unknown[]) => ({
  account: { name, displayName: name, kind: 'PERSON' },
  disabled: false,
  subject: 'somebody',
  grants,
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
