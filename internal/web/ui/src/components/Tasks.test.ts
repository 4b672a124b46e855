import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { taskOfGap } from '../closing';
import { gap } from '../testing/answers';
import Tasks from './Tasks.svelte';

const tasks = ['G1', 'G2'].map((id) => taskOfGap(gap(id), '2026-11-24'));
const props = { tasks, of: '533102', on: null, all: { href: '/n/533102/gaps', text: 'All gaps' } };

test('of more than are listed it says how many, and leads to all', () => {
  render(Tasks, { ...props, total: 1071 });
  const link = screen.getByRole('link', { name: 'All gaps' });
  expect(link.getAttribute('href')).toBe('/n/533102/gaps');
  expect(link.closest('p')!.textContent).toBe('2/1,071 · All gaps');
});

test('where all are listed there is nothing to lead to', () => {
  render(Tasks, { ...props, total: 2 });
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
  expect(screen.queryByRole('link', { name: 'All gaps' })).toBeNull();
});
