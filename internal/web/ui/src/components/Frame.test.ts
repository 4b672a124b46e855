import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { describe, expect, test } from 'vitest';
import App from '../App.svelte';
import { go } from '../router.svelte';
import { place } from '../testing/answers';
import { offline, serve } from '../testing/server';
import { ACCOUNT_VIEWS, MENU, PAGES, type AccountView } from '../views';
import Frame from './Frame.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>page</p>' }));
const menu = () => within(screen.getByRole('navigation', { name: 'Pages' })).getAllByRole('link');

describe('Frame', () => {
  test('leads to every view of the place on the day shown, and marks the present one', () => {
    go('/n/533102/gaps?on=2026-11-24&status=STALE', { replace: true });
    render(Frame, { place: place(), title: 'Gaps', children });
    expect(menu().map((link) => link.getAttribute('href'))).toEqual(
      MENU.map((view) => `/n/533102${view === 'node' ? '' : `/${view}`}?on=2026-11-24`),
    );
    expect(
      menu()
        .filter((link) => link.getAttribute('aria-current'))
        .map((link) => link.textContent.trim()),
    ).toEqual(['Gaps']);
    expect(menu().every((link) => link.textContent.trim() !== '')).toBe(true);
    expect(document.title).toMatch(/^Gaps · 瑞丽市 · /);
  });

  test('names on a phone the view shown, where its row has it not', async () => {
    go('/n/533102/news', { replace: true });
    const { unmount } = render(Frame, { place: place(), children });
    const button = screen.getByRole('button', { name: 'More News' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    await userEvent.click(button);
    expect(button.getAttribute('aria-expanded')).toBe('true');
    unmount();
    go('/n/533102/gaps', { replace: true });
    render(Frame, { place: place(), children });
    expect(screen.getByRole('button', { name: 'More' })).toBeTruthy();
  });

  test('shows where the place is, up to the root', () => {
    render(Frame, { place: place(), children });
    const path = within(screen.getByRole('navigation', { name: 'You are here' })).getAllByRole('link');
    expect(path.map((link) => link.getAttribute('href'))).toEqual(['/n/53?on=2026-11-24', '/n/533102?on=2026-11-24']);
  });

  test('a forecast and a day that may still move are told', () => {
    go('/n/533102?on=2098-01-01', { replace: true });
    render(Frame, { place: place({ shown: { asOf: '2098-01-01', provisional: true } }), children });
    const notes = screen.getByText(/Forecast/).closest('[role=status]')!;
    expect(notes.children).toHaveLength(2);
  });

  test('changes the language, and keeps it', async () => {
    render(Frame, { place: place(), children });
    await userEvent.click(screen.getByRole('button', { name: '中文' }));
    await screen.findByRole('button', { name: 'English' });
    expect(localStorage.getItem('language')).toBe('zh');
    expect(document.documentElement.lang).toBe('zh-CN');
  });
});

describe('App', () => {
  test.each(Object.keys(PAGES).filter((view) => !ACCOUNT_VIEWS.includes(view as AccountView)))(
    'has a page for the view %s',
    async (view) => {
      serve(offline);
      const apart: Record<string, string> = { cell: '/c/533102/1.1', order: '/o/533102/1', node: '/n/533102' };
      go(apart[view] ?? `/n/533102/${view}`, { replace: true });
      render(App);
      await screen.findByRole('heading', { name: 'The server does not answer' }, { timeout: 10_000 });
      expect(screen.queryByText('There is no such page')).toBeNull();
    },
    15_000,
  );

  test('goes from the start to where one was last', async () => {
    localStorage.setItem('visited', '533102401');
    serve(offline);
    go('/', { replace: true });
    render(App);
    await waitFor(() => expect(window.location.pathname).toBe('/n/533102401'));
  });

  test('an address that is none says so', async () => {
    go('/n/533102/nothing', { replace: true });
    render(App);
    await screen.findByRole('heading', { name: 'There is no such page' });
    expect(screen.getByRole('link', { name: /start/i }).getAttribute('href')).toBe('/');
  });
});
