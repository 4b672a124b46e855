import { render, screen } from '@testing-library/svelte';
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
