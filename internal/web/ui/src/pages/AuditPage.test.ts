import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { go, route } from '../router.svelte';
import { serve } from '../testing/server';
import AuditPage from './AuditPage.svelte';

const audit = { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, edges: [], checkpoint: null };
const refused = (field: string) => ({
  data: { audit: null },
  errors: [{ message: 'refused', path: ['audit'], extensions: { code: 'INVALID_INPUT', field, requestId: 'R' } }],
});

test('a day that cannot be read is told, and the list is shown without it', async () => {
  go('/audit?from=2026-13-01&to=x', { replace: true });
  const asked = serve(() => ({ data: { audit } }));
  render(AuditPage);
  await screen.findByText('No entry matches');
  expect(screen.getByText(/from=2026-13-01/).textContent).toContain('to=x');
  expect(asked[0]!.variables.filter).toEqual({});
});

test.each([
  ['account', 'accounts'],
  ['fact', 'facts'],
])('an unknown %s is told in the words of the page', async (name, field) => {
  go(`/audit?${name}=nobody`, { replace: true });
  serve(({ filter }) => ((filter as Record<string, unknown>)[field] ? refused(field) : { data: { audit } }));
  render(AuditPage);
  await screen.findByText('No entry matches');
  expect(screen.getByText(new RegExp(`${name}=nobody`))).toBeTruthy();
  expect(screen.queryByText(/refused|Request number/)).toBeNull();
  expect(route.unknown).toEqual([`${name}=nobody`]);
});

test('days the wrong way round are turned, and that is told; a publisher has its name', async () => {
  go('/audit?from=2026-03-01&to=2026-02-01&publisher=533102', { replace: true });
  const asked = serve(() => ({ data: { chosen: { code: '533102', name: '瑞丽市' }, audit } }));
  render(AuditPage);
  await screen.findByText('No entry matches');
  expect(asked[0]!.variables.filter).toEqual({
    publishers: ['533102'],
    from: '2026-02-01T00:00:00+08:00',
    to: '2026-03-01T23:59:59.999999+08:00',
  });
  expect(screen.getByText(/1 Mar 2026/, { selector: '.notes' })).toBeTruthy();
  expect(screen.getByRole('button', { name: /^瑞丽市/ })).toBeTruthy();
});
