import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { go } from '../router.svelte';
import { serve } from '../testing/server';
import AccountPage from './AccountPage.svelte';

const clerk = { role: 'CLERK', scope: 'SELF', node: { code: '533102', name: '瑞丽市' }, from: '2026-01-01', to: null };

test('a grant that is held twice is there twice', async () => {
  go('/account', { replace: true });
  const account = { name: 'clerk', displayName: 'Clerk', kind: 'PERSON' };
  serve(() => ({ data: { viewer: { account, grants: [clerk, { ...clerk }], tokens: [] } } }));
  render(AccountPage);
  await screen.findByRole('heading', { name: 'Who you are' });
  expect(screen.getAllByText('Clerk', { selector: 'strong' })).toHaveLength(2);
});

test('whose due days a calendar has is said where it is chosen', async () => {
  go('/account', { replace: true });
  const account = { name: 'auditor', displayName: '', kind: 'PERSON' };
  serve(() => ({ data: { viewer: { account, grants: [], tokens: [] } } }));
  render(AccountPage);
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Calendar of due days alone' }));
  expect(screen.getByText(/the bodies whose clerk you are/)).toBeTruthy();
});
