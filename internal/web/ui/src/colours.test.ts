import { expect, test } from 'vitest';
import styles from './app.css?raw';

const sources = import.meta.glob<string>(['./**/*.{svelte,ts}', '!./generated/**', '!./**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|:\s*(?:white|black)\b/gi;

test('colours stand in app.css alone, and every one that is used is defined there', () => {
  const defined = new Set([...styles.matchAll(/^\s*(--[\w-]+):/gm)].map((found) => found[1]));
  const faults: string[] = [];
  for (const [path, text] of Object.entries({ ...sources, './app.css': styles })) {
    const local = new Set([...text.matchAll(/^\s*(--[\w-]+):/gm)].map((found) => found[1]));
    for (const [, name] of text.matchAll(/var\((--[\w-]+)/g))
      if (!defined.has(name) && !local.has(name)) faults.push(`${path}: ${name} is not defined`);
    if (path !== './app.css') for (const [found] of text.matchAll(COLOUR)) faults.push(`${path}: ${found}`);
  }
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  expect(faults).toEqual([]);
});

test('the dark scheme has a colour for every one of the light scheme that is not the same in both', () => {
  const [light = '', dark = ''] = styles.split('@media screen and (prefers-color-scheme: dark)');
  const names = (text: string) => [...text.matchAll(/^\s*(--[\w-]+): #/gm)].map((found) => found[1]!);
  const same = ['--on-brand', '--brand-hover', '--brand-edge', '--focus-on-brand', '--icon-full'];
  const inDark = names(dark.slice(0, dark.indexOf('\n}\n')));
  expect(inDark.length).toBeGreaterThan(30);
  expect(names(light).filter((name) => !inDark.includes(name) && !same.includes(name))).toEqual([]);
});
