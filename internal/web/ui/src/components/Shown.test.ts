import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { describe, expect, test, vi } from 'vitest';
import type { Fault } from '../api/client';
import { Loaded } from '../api/loaded.svelte';
import Shown from './Shown.svelte';

const children = createRawSnippet<[string]>((data) => ({ render: () => `<p>answer: ${data()}</p>` }));
const fault = (more: Partial<Fault> = {}): Fault => ({
  kind: 'server',
  message: 'the database cannot be reached',
  code: '',
  requestId: 'R1',
  ...more,
});

/** What is shown of an answer. */
function shown(data: string | null, faults: Fault[] = [], { keptAt = null as string | null, loading = false } = {}) {
  const of = Object.assign(new Loaded<string>(), { again: vi.fn() });
  Object.assign(of, { data, faults, keptAt, loading });
  render(Shown<string>, { of, children });
  return of;
}

describe('Shown', () => {
  test('what is not there yet is loading', () => {
    shown(null, [], { loading: true });
    expect(screen.getByRole('status').textContent).toBe('Loading');
    expect(document.querySelector('.skeleton')).not.toBeNull();
  });

  test('an answer alone', () => {
    shown('42');
    screen.getByText('answer: 42');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.queryByRole('status')).toBeNull();
  });

  test.each([
    ['offline', 'No network', false],
    ['silent', 'The server does not answer', false],
    ['server', 'The service is unavailable just now', true],
    ['refused', 'The request was not accepted', true],
  ] as const)('no answer, %s', async (kind, title, told) => {
    const of = shown(null, [fault({ kind })]);
    screen.getByRole('heading', { name: title });
    screen.getByText('Request number: R1');
    expect(screen.queryByText('the database cannot be reached') !== null).toBe(told);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(of.again).toHaveBeenCalledOnce();
  });

  test('a part that failed is told beside the rest', () => {
    shown('42', [fault()]);
    expect(screen.getByRole('alert').textContent).toContain('Part of this could not be loaded: the database');
    screen.getByText('answer: 42');
  });

  test('while it is asked again, the last answer stays and its fault goes', () => {
    shown('42', [fault()], { loading: true });
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByText('answer: 42').parentElement!.getAttribute('aria-busy')).toBe('true');
  });

  test('an answer from before says when it was given', () => {
    shown('42', [], { keptAt: '2026-11-24T01:30:00Z' });
    expect(screen.getByRole('status').textContent).toContain('24 Nov 2026, 09:30');
    screen.getByText('answer: 42');
  });
});
