import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { go } from '../router.svelte';
import SignInPage from './SignInPage.svelte';

test('where the password of the demo’s account is another by now, that is said', async () => {
  go('/signin', { replace: true });
  const demo = { accounts: [{ name: 'clerk', displayName: 'A clerk' }], password: 'as at the start' };
  vi.stubGlobal('fetch', (_: unknown, init?: RequestInit) =>
    Promise.resolve(
      init?.method === 'POST' ? new Response(null, { status: 401 }) : Response.json({ demo, provider: false }),
    ),
  );
  render(SignInPage);
  await userEvent.click(await screen.findByRole('button', { name: /A clerk/ }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/^You are not signed in as A clerk: its password may/);
});
