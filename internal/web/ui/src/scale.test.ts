import { expect, test } from 'vitest';

const sources = import.meta.glob<string>(['./**/*.svelte', './app.css'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

test('letters and distances are of one scale', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(30);
  for (const [name, content] of Object.entries(sources)) {
    const styles = name.endsWith('.css') ? content : (/<style>([^]*)<\/style>/.exec(content)?.[1] ?? '');
    expect(
      [...styles.matchAll(/font-size:\s*[\d.]+rem/g)].map(([found]) => found),
      name,
    ).toEqual([]);
    const distances = styles.matchAll(/^\s*(?:margin|padding|gap)(?:-[a-z-]+)?:([^;]*);/gm);
    const fixed = [...distances].filter(
      ([, value]) => /(?<![\w.-])[01]?\.?\d+rem/.test(value!) && !/calc|max\(/.test(value!),
    );
    expect(
      fixed.filter(([, value]) => Number(/([\d.]+)rem/.exec(value!)![1]) < 2.3).map(([found]) => found.trim()),
      name,
    ).toEqual([]);
  }
});
