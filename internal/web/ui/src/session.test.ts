import { expect, test } from 'vitest';
import { refusedBy } from './session';

const told = (search: string) => refusedBy(new URLSearchParams(search));

test('what a sign-in by the provider was refused for is told, and nothing that somebody made up', () => {
  expect(told('back=%2F')).toBeNull();
  expect(told('refused=unbound&back=%2F')).toBe('unbound');
  expect(told('refused=%3Cb%3E')).toBe('fault');
  expect(told('refused=')).toBe('fault');
});
