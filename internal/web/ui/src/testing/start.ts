import { configure } from '@testing-library/svelte';
import { afterEach, beforeEach, vi } from 'vitest';
import { speak } from '../messages/index.svelte';
import { go } from '../router.svelte';
import { offline } from './server';

// A page's code is loaded when it is first shown, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5000 });

// There is no server but the one that a test has in its place.
globalThis.fetch = offline;

// Every test begins on an ended day of a place, in English.
beforeEach(async () => {
  document.body.replaceChildren();
  localStorage.clear();
  await speak('en');
  go('/n/533102?on=2026-11-24', { replace: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
