import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { go } from '../router.svelte';
import { entry, figures, place, publisher } from '../testing/answers';
import { serve } from '../testing/server';
import MatrixPage from './MatrixPage.svelte';

const entries = [entry('1.1', 'One'), entry('1.2', 'Two'), entry('1.3', 'Three')];

/** A row that has cells for some entries. */
const row = (code: string, ...codes: string[]) => ({
  publisher: publisher(code, `body ${code}`),
  cells: codes.map((entryCode) => ({ entryCode, status: 'MISSING', since: '2026-01-01' })),
});
const many = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => row(String(from + i), '1.1', '1.2', '1.3'));

const page = (rows: ReturnType<typeof row>[], endCursor: string | null = null) => ({
  data: {
    administrativeNode: {
      ...place(),
      coverage: figures(),
      coverageMatrix: { entries, pageInfo: { hasNextPage: endCursor !== null, endCursor }, rows },
    },
  },
});

const cell = (body: string, code: string) => document.querySelector<HTMLElement>(`a.cell[href^="/c/${body}/${code}"]`)!;
const focused = () => document.activeElement?.getAttribute('href')?.split('?')[0];
const bodies = () => [...document.querySelectorAll('tbody th a')].map((link) => link.textContent);

describe('MatrixPage', () => {
  beforeEach(() => go('/n/533102/matrix?on=2026-11-24', { replace: true }));

  test('arrows walk from cell to cell, past those that there are not', async () => {
    serve(() => page([row('1', '1.1', '1.3'), row('2', '1.2'), row('3', '1.1', '1.2', '1.3')]));
    render(MatrixPage);
    await screen.findByText('body 1');
    const walk = async (keys: string) => {
      await userEvent.keyboard(keys);
      return focused();
    };
    cell('1', '1.1').focus();
    expect(await walk('{ArrowRight}')).toBe('/c/1/1.3');
    expect(await walk('{ArrowDown}')).toBe('/c/3/1.3');
    expect(await walk('{ArrowLeft}')).toBe('/c/3/1.2');
    expect(await walk('{ArrowUp}')).toBe('/c/2/1.2');
    expect(await walk('{ArrowUp}')).toBe('/c/2/1.2'); // there is none above
    expect(await walk('{ArrowLeft}')).toBe('/n/2');
    expect(await walk('{ArrowUp}')).toBe('/n/1');
  });

  test('arrows enter the table where they are pressed on it, and change no day', async () => {
    serve(() => page([row('1', '1.1')]));
    render(MatrixPage);
    await screen.findByText('body 1');
    screen.getByRole('group', { name: /arrow keys/ }).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(focused()).toBe('/n/1');
    expect(window.location.search).toBe('?on=2026-11-24');
  });

  test('only rows in sight are there, but a copy has all', async () => {
    serve(() => page(many(0, 80)));
    render(MatrixPage);
    await screen.findByText('body 0');
    expect(bodies().length).toBeLessThan(60);
    let copied = '';
    document.execCommand = () => {
      const setData = (kind: string, text: string) => (copied = kind === 'text/plain' ? text : copied);
      return document.dispatchEvent(Object.assign(new Event('copy'), { clipboardData: { setData } }));
    };
    await userEvent.click(screen.getByText('Copy the table'));
    await screen.findByText('Copied', { selector: 'button' });
    const lines = copied.split('\n').map((line) => line.split('\t'));
    expect(lines).toHaveLength(81);
    expect(lines.at(-1)).toEqual(['body 79', '3', '0.0%', 'Missing', 'Missing', 'Missing']);
    await waitFor(() => expect(bodies().length).toBeLessThan(60));
  });

  test('print has every row, and goes back after it', async () => {
    serve(() => page(many(0, 80)));
    render(MatrixPage);
    await screen.findByText('body 0');
    await fireEvent(window, new Event('beforeprint'));
    expect(bodies()).toHaveLength(80);
    await fireEvent(window, new Event('afterprint'));
    expect(bodies().length).toBeLessThan(60);
  });

  test('more rows come before the end is in sight; those that fail wait to be asked for', async () => {
    let failing = true;
    const asked = serve(({ after }) => {
      if (!after) return page(many(0, 20), 'C1');
      return failing ? { errors: [{ message: 'away' }] } : page(many(20, 30));
    });
    render(MatrixPage);
    await screen.findByText(/More could not be loaded/);
    expect(asked.map(({ variables }) => variables.after)).toEqual([undefined, 'C1']);
    failing = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText(/30 bodies loaded/);
    expect(asked).toHaveLength(3);
  });
});
