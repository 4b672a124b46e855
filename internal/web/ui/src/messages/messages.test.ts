import { expect, test } from 'vitest';
import { en } from './en';
import { fill } from './fill';
import { zh, type Messages } from './zh';

test('texts are filled in, with the word for the number', () => {
  expect(fill('{n} {n|gap|gaps} of {name}', { n: 1, name: 'X' })).toBe('1 gap of X');
  expect(fill('{n} {n|gap|gaps}', { n: '1,001' })).toBe('1,001 gaps');
  expect(fill('共{n}个', { n: 0 })).toBe('共0个');
});

test('both languages fill in the same things, and English has no Chinese but names', () => {
  const named = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();
  for (const key of Object.keys(zh) as (keyof Messages)[]) {
    expect(named(en[key]), key).toEqual(named(zh[key]));
    if (!key.startsWith('language')) expect(en[key], key).not.toMatch(/\p{Script=Han}/u);
  }
});

test('Chinese has the words of an official, not those of a programmer', () => {
  const avoided = /节点|消除|推演|矩阵/;
  for (const [key, text] of Object.entries(zh)) expect(text, key).not.toMatch(avoided);
});

test('Chinese has the marks of Chinese', () => {
  for (const [key, text] of Object.entries(zh)) expect(text, key).not.toMatch(/[:;,?!]|\p{Script=Han}[.()]/u);
});

const sources = import.meta.glob<string>(
  ['../**/*.{svelte,ts}', '!../{generated,messages,testing}/**', '!../**/*.test.ts'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

test('no text of the pages stands outside the files of messages', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(40);
  for (const [name, content] of Object.entries(sources)) {
    const code = content.replace(/\/\/.*|\/\*[^]*?\*\/|<!--[^]*?-->|<style>[^]*<\/style>/g, '');
    expect(code, name).not.toMatch(/\p{Script=Han}/u);
    if (!name.endsWith('.svelte')) continue;
    const markup = code.replace(/<script[^]*?<\/script>/g, '');
    const texts = [...markup.matchAll(/>([^<>{}]*[A-Za-z]{3,}[^<>{}]*)</g)].map(([, text]) => text!.trim());
    expect(
      texts.filter((text) => text !== 'XLSX' && text !== 'CSV'),
      name,
    ).toEqual([]);
    // A mark between two texts is one of a language.
    expect([...markup.matchAll(/\}[:;,.] \{| \(\{/g)].map(String), name).toEqual([]);
  }
});
