// What the pages say: one language a page, and figures that say what they count.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMERGENCY, ON, PAGES, open, reader } from './reader.mjs';

/** Characters that are read as English: those in no element that says it is Chinese. */
const characters = (page) =>
  page.evaluate(() => {
    const found = [];
    const unquoted = (text) => text.replace(/“[^”]*”(?: \([^)]*\))?/g, '');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      // What a drawing tells by pointing at it has no parts of its own language.
      if (
        /\p{Script=Han}/u.test(node.parentElement.matches('svg title') ? unquoted(node.data) : node.data) &&
        !node.parentElement.closest('[lang^=zh], script, style')
      )
        found.push(node.data.trim().slice(0, 60));
    for (const one of document.querySelectorAll('[title], [aria-label], [placeholder]'))
      if (!one.closest('[lang^=zh]'))
        for (const name of ['title', 'aria-label', 'placeholder'])
          if (/\p{Script=Han}/u.test(unquoted(one.getAttribute(name) ?? '')))
            found.push(`${name}: ${one.getAttribute(name).slice(0, 60)}`);
    return [...new Set(found)];
  });

test('no page in English has characters but in what people wrote', async (t) => {
  const { page } = await reader(t, { locale: 'en-GB' });
  const found = [];
  for (const { path } of [
    ...PAGES,
    { path: '/n/533102/gaps?on=2026-11-24&category=政策文件&group=entry' },
    { path: `/n/${EMERGENCY}/gaps?on=${ON}` },
    { path: '/n/530523/relief?on=2026-11-24' },
    { path: '/n/CN/catalog?on=2026-11-24' },
  ]) {
    await open(page, path);
    for (const button of await page.locator('button.reason').all()) {
      await button.click();
      await page.locator('.detail dl').first().waitFor();
      break;
    }
    for (const text of await characters(page)) found.push(`${path} ${text}`);
  }
  assert.deepEqual(found, []);
});

test('a month that has no bulletin is told as that, with what is shown', async (t) => {
  const { page } = await reader(t);
  for (const [month, words] of [
    ['2030-01', '2030年1月尚无月报。'],
    ['1990-01', '1990年1月早于记录起始月份'],
    ['2030-13', '无法识别'],
  ]) {
    await open(page, `/n/533102/bulletin?month=${month}`);
    const notes = (await page.locator('.notes').allInnerTexts()).join();
    assert.ok(notes.includes(words) && /现显示\d{4}年\d+月月报/.test(notes), notes);
  }
});

test('two days the wrong way round are swapped, and that is said', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102/change?on=${ON}&from=2026-12-30`);
  assert.ok((await page.locator('.notes').allInnerTexts()).join().includes('已对调'));
  const days = await page.locator('.filters input[type=date]').evaluateAll((all) => all.map((one) => one.value));
  assert.deepEqual(days, [ON, '2026-12-30']);
});

test('a body that owes nothing has a bulletin of one sentence', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102%2Fczj/bulletin?month=2026-10`);
  await page.getByText('2026年10月没有应公开的栏目').waitFor();
  assert.equal(await page.locator('.bulletin table').count(), 0);
  // Where there is something, what is 0 is no link.
  await open(page, '/n/533102/bulletin?month=2026-10');
  assert.equal(await page.locator('.bulletin td a', { hasText: /^0$/ }).count(), 0);
  const opened = await page.locator('.bulletin td.date').allTextContents();
  const days = opened.map((date) => date.match(/\d+/g).reduce((sum, part) => sum * 100 + Number(part), 0));
  assert.ok(days.length > 2 && days.every((one, i) => !i || one <= days[i - 1]), `newest first: ${opened}`);
});

for (const width of [1440, 768, 360])
  test(`quarters are shown in words at ${width} px and on paper`, async (t) => {
    const { page } = await reader(t, { width });
    await open(page, `/n/533102/change?on=${ON}&from=2026-09-30`);
    const row = page.locator('section[aria-labelledby=late] tbody tr').first().locator('.quarter');
    const names = await row.evaluateAll((all) => all.map((one) => one.dataset.label));
    assert.equal(names.length, 8);
    assert.equal(names[0], '2025年第一季度');
    assert.equal(names.at(-1), '2026年第四季度（未完）');
    for (const media of ['screen', 'print']) {
      await page.emulateMedia({ media });
      for (const one of await row.all()) assert.ok(await one.isVisible());
    }
  });

test('what was abolished before and owes nothing is ranked nowhere', async (t) => {
  const { page } = await reader(t);
  for (const path of [`/n/533102/compare?on=${ON}`, '/n/533102/bulletin?month=2026-10', '/n/533102103/compare']) {
    await open(page, path);
    assert.equal(await page.getByText('旧址乡').count(), 0, path);
  }
});

test('figures say what they count, and amounts have one minus', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102/matrix?on=${ON}`);
  await page.getByText('不含下级').waitFor();
  await open(page, `/n/533102?on=${ON}`);
  await page.getByText('（含下级）缺口最多').waitFor();
  await open(page, `/n/533102/relief?on=${ON}`);
  assert.doesNotMatch(await page.locator('main').innerText(), /-\d[\d,]*\.\d\d/);
  for (const row of await page.locator('section[aria-labelledby=child] tbody tr:has(.negative)').all())
    if (/^−/.test(await row.locator('[data-label=期内收支差额], .negative').last().innerText()))
      assert.match(await row.innerText(), /支出多于期内收到/);
  const { page: english } = await reader(t, { locale: 'en-GB' });
  await open(english, `/n/533102/relief?on=${ON}`);
  const text = await english.locator('main').innerText();
  assert.match(text, /\d million yuan/);
  assert.doesNotMatch(text, /10,000 yuan/);
});

test('duties that nothing names are numbered', async (t) => {
  const { page } = await reader(t);
  await open(page, `/c/${EMERGENCY}/1.2?on=${ON}`);
  const rows = await page.locator('section[aria-labelledby=duties] tbody tr:has-text("属性审查")').allInnerTexts();
  const numbers = rows.map((row) => Number(row.match(/第(\d+)项/)?.[1]));
  assert.deepEqual(
    numbers,
    rows.map((_, i) => rows.length - i),
  );
});
