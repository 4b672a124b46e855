import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { go, route } from '../router.svelte';
import { shortcuts } from '../shortcuts.svelte';
import { later, offline, serve } from '../testing/server';
import Search from './Search.svelte';

const found = (...nodes: [code: string, name: string][]) => ({
  data: {
    administrativeNodes: {
      edges: nodes.map(([code, name]) => ({
        node: { __typename: 'AdministrativeDivision', code, name, level: 'COUNTY', validTo: null, ancestors: [] },
      })),
    },
  },
});

const box = () => screen.getByRole('combobox');

describe('Search', () => {
  test('asks once for what is typed in one go, and Enter visits the first of it on the day shown', async () => {
    const asked = serve(() => found(['533102', '瑞丽市'], ['533103', '芒市']));
    render(Search);
    await userEvent.type(box(), 'rls');
    await screen.findByRole('option', { name: /瑞丽市/ });
    expect(asked).toEqual([{ operation: 'FindNodes', variables: { text: 'rls', first: 12, locale: 'EN' } }]);
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(route.address.code).toBe('533103');
    expect(route.on).toBe('2026-11-24');
    expect(box()).toHaveProperty('value', '');
  });

  test('on a page as it stood finds names of then', async () => {
    go('/n/533102?known=2026-10-31', { replace: true });
    const { administrativeNodes: search } = found(['533102', '瑞丽县']).data;
    const asked = serve(() => ({ data: { knownAt: { search } } }));
    render(Search);
    await userEvent.type(box(), 'rlx');
    await screen.findByRole('option', { name: /瑞丽县/ });
    expect(asked).toEqual([
      {
        operation: 'FindNodesThen',
        variables: { instant: '2026-10-31T23:59:59.999999+08:00', text: 'rlx', first: 12, locale: 'EN' },
      },
    ]);
  });

  test('arrows go round', async () => {
    serve(() => found(['1', 'One'], ['2', 'Two'], ['3', 'Three']));
    render(Search);
    await userEvent.type(box(), 'x');
    await screen.findByRole('option', { name: /One/ });
    await userEvent.keyboard('{ArrowUp}');
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('Three');
    expect(box().getAttribute('aria-activedescendant')).toBe('found-2');
    await userEvent.keyboard('{ArrowDown}');
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('One');
  });

  test('Enter waits for the answer to what stands in the box, not an earlier one', async () => {
    const answer = later<ReturnType<typeof found>>();
    serve(({ text }) => (text === 'r' ? found(['1', 'Other']) : answer.promise));
    render(Search);
    await userEvent.type(box(), 'r');
    await screen.findByRole('option', { name: /Other/ });
    await userEvent.type(box(), 'l{Enter}');
    expect(route.address.code).toBe('533102');
    answer.settle(found(['533103', '芒市']));
    await waitFor(() => expect(route.address.code).toBe('533103'));
  });

  test('what is cleared shows nothing of an answer that comes late', async () => {
    const answer = later<ReturnType<typeof found>>();
    const asked = serve(() => answer.promise);
    render(Search);
    await userEvent.type(box(), 'r');
    await waitFor(() => expect(asked).toHaveLength(1));
    await userEvent.clear(box());
    answer.settle(found(['533102', '瑞丽市']));
    await answer.promise;
    expect(screen.queryByRole('option')).toBeNull();
  });

  test('nothing found and no network are told apart', async () => {
    serve(({ text }) => (text === 'lost' ? offline() : found()));
    render(Search);
    await userEvent.type(box(), 'none');
    expect((await screen.findByText(/No place or department has “none”/)).getAttribute('role')).toBe('option');
    await userEvent.clear(box());
    await userEvent.type(box(), 'lost');
    await screen.findByText('The server does not answer');
  });

  test('the key / opens it from anywhere unless it is turned off; Escape closes it', async () => {
    render(Search);
    shortcuts.slash = false;
    await userEvent.keyboard('/');
    expect(document.activeElement).not.toBe(box());
    shortcuts.slash = true;
    await userEvent.keyboard('/');
    expect(document.activeElement).toBe(box());
    await userEvent.keyboard('/');
    expect(box()).toHaveProperty('value', '/');
    await userEvent.keyboard('{Escape}');
    expect(document.activeElement).not.toBe(box());
  });
});
