// The parts without a page: days, amounts, addresses and texts.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const source = async (name) =>
  (await runnerImport(`./src/${name}.ts`, { configFile: false, logLevel: 'silent' })).module;

test('days: months end on their last day, and go no further than the service does', async () => {
  const { addDays, addMonths, daysBetween, daysOf, isDay, lastOfMonth, weekday } = await source('dates');
  assert.equal(addMonths('2024-01-31', 1), '2024-02-29');
  assert.equal(addMonths('2026-03-31', -1), '2026-02-28');
  assert.equal(addMonths('2024-02-29', 12), '2025-02-28');
  assert.equal(addMonths('2026-11-24', -24), '2024-11-24');
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2100-12-31', 1), '2100-12-31');
  assert.equal(addMonths('1990-01-15', -1), '1990-01-01');
  assert.equal(daysBetween('2026-02-28', '2026-03-01'), 1);
  assert.equal(lastOfMonth('2024-02'), '2024-02-29');
  assert.equal(weekday('2026-11-23'), 0);
  assert.deepEqual(daysOf('2026-12-30', '2027-01-01'), ['2026-12-30', '2026-12-31', '2027-01-01']);
  for (const wrong of [null, '', '2026-2-1', '2026-02-30', '1989-12-31', '2101-01-01', 'today'])
    assert.equal(isDay(wrong), false, String(wrong));
  assert.equal(isDay('2024-02-29'), true);
});

test('amounts stay exact at any size', async () => {
  const { grouped, subtract, tenThousands } = await source('amounts');
  assert.equal(grouped('12345678901234567890.01'), '12,345,678,901,234,567,890.01');
  assert.equal(grouped('-295435.00'), '-295,435.00');
  assert.equal(grouped('0.00'), '0.00');
  assert.equal(tenThousands('3100000.00'), '310');
  assert.equal(tenThousands('1.50'), '0.00015');
  assert.equal(tenThousands('-295435.75'), '-29.543575');
  assert.equal(tenThousands('0.00'), '0');
  assert.equal(subtract('12345678901234567890.01', '0.02'), '12345678901234567889.99');
  assert.equal(subtract('0.01', '0.02'), '-0.01');
  assert.equal(subtract('-1.00', '1'), '-2.00');
});

test('an address gives the view that it was made for', async () => {
  const { cellAddress, nodeAddress, readAddress, viewAddress } = await source('addresses');
  const read = (address) => {
    const { pathname, search } = new URL(address, 'http://127.0.0.1');
    const { view, code, entry, query } = readAddress({ pathname, search });
    return { view, code, entry, query: query.toString() };
  };
  assert.deepEqual(read(nodeAddress('533102/yjglj', { on: '2026-11-24' })), {
    view: 'node',
    code: '533102/yjglj',
    entry: '',
    query: 'on=2026-11-24',
  });
  assert.deepEqual(read(viewAddress('533102/gaps', 'gaps', { status: ['STALE', 'MISSING'] })), {
    view: 'gaps',
    code: '533102/gaps',
    entry: '',
    query: 'status=STALE&status=MISSING',
  });
  assert.deepEqual(read(cellAddress('533102/yjglj', '3.2.1')), {
    view: 'cell',
    code: '533102/yjglj',
    entry: '3.2.1',
    query: '',
  });
  assert.equal(read('/').view, 'start');
  for (const wrong of ['/n', '/n/1/other', '/n/1/gaps/2', '/c/1', '/x', '/n/%E0%A4%A'])
    assert.equal(read(wrong).view === 'unknown' || wrong.includes('%E0'), true, wrong);
});

test('the level below a node', async () => {
  const { levelBelow } = await source('levels');
  assert.deepEqual(['CN', '53', '5331', '533102', '533102/yjglj', '533102401'].map(levelBelow), [
    'PROVINCE',
    'PREFECTURE',
    'COUNTY',
    'TOWNSHIP',
    'TOWNSHIP',
    'VILLAGE',
  ]);
});

test('texts are filled in, with the word for the number', async () => {
  const { fill } = await source('messages/fill');
  assert.equal(fill('{n} {n|gap|gaps} of {name}', { n: 1, name: 'X' }), '1 gap of X');
  assert.equal(fill('{n} {n|gap|gaps}', { n: '1,001' }), '1,001 gaps');
  assert.equal(fill('共{n}个', { n: 0 }), '共0个');
});

test('both languages fill in the same things, and English has no Chinese but names', async () => {
  const { zh } = await source('messages/zh');
  const { en } = await source('messages/en');
  const named = (text) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();
  for (const [key, text] of Object.entries(zh)) {
    assert.deepEqual(named(en[key]), named(text), key);
    if (!key.startsWith('language')) assert.doesNotMatch(en[key], /\p{Script=Han}/u, key);
  }
});

test('no text of the pages stands outside the files of messages', async () => {
  for (const folder of ['', 'api', 'charts', 'components', 'pages']) {
    for (const name of await readdir(`src/${folder}`)) {
      if (!/\.(svelte|ts)$/.test(name)) continue;
      const content = await readFile(`src/${folder}/${name}`, 'utf8');
      const code = content.replace(/\/\/.*|\/\*[^]*?\*\/|<!--[^]*?-->|<style>[^]*<\/style>/g, '');
      // Chinese is written out only where a date is put together and an answer's own word is read.
      const chinese = code
        .split('\n')
        .filter((line) => /\p{Script=Han}/u.test(line) && !/年\$\{|周末\|weekend/.test(line));
      assert.deepEqual(chinese, [], name);
      const markup = code.replace(/<script[^]*?<\/script>/g, '');
      if (name.endsWith('.svelte')) {
        const words = [...markup.matchAll(/>([^<>{}]*[A-Za-z]{3,}[^<>{}]*)</g)]
          .map(([, text]) => text.trim())
          .filter((text) => !['XLSX', 'CSV'].includes(text));
        assert.deepEqual(words, [], name);
      }
    }
  }
});
