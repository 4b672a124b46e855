// What holds on every page, at every width and in both languages: what is there is seen whole; reader.mjs says how.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMERGENCY, ON, PAGES, open, reader } from './reader.mjs';

// Pages as they stand, and as they are used.
const STATES = [
  ...PAGES.map(({ path }) => ({ path })),
  { path: `/n/533102103?on=${ON}` },
  { path: `/n/${encodeURIComponent('533102/czj')}?on=${ON}` },
  { path: `/n/533102/compare?on=${ON}&within=PROVINCE` },
  ...['body', 'entry', 'oldest'].map((group) => ({
    path: `/n/533102/gaps?on=${ON}&group=${group}&status=OVERDUE`,
    async use(page) {
      await page.locator('button.reason').first().click();
      await page.locator('.opened dl').waitFor();
    },
  })),
  { path: `/n/533102/relief?on=${ON}`, use: (page) => page.locator('tbody summary').first().click() },
];

/** What of a page is cut, off the screen, broken where it may not be, or empty. */
const misshapen = (page) =>
  page.evaluate(() => {
    // A matrix of bodies and entries, and the flow of money, have two dimensions: they scroll in theirs.
    const WIDE = '.box, .flow';
    const faults = [];
    const named = (element) => `${element.outerHTML.replace(/\s+/g, ' ').slice(0, 110)}…`;
    const seen = (element) => element.checkVisibility() && !element.closest('.unseen, .skip, [aria-hidden=true]');
    for (const table of document.querySelectorAll('table')) {
      const widths = [...table.rows].map((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0));
      if (new Set(widths).size > 1) faults.push(`rows of ${[...new Set(widths)]} columns: ${named(table)}`);
      for (const cell of table.querySelectorAll('td.number')) {
        const text = cell.textContent.trim();
        if (!text && seen(cell)) faults.push(`a number is blank: ${named(cell.parentElement)}`);
        if (/\d{4}/.test(text)) faults.push(`thousands are not told apart: ${text}`);
      }
    }
    for (const element of document.querySelectorAll('body *')) {
      if (!seen(element) || element.closest('svg') || element.matches('option, input, select')) continue;
      const { overflowX } = getComputedStyle(element);
      if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1 && !element.closest(WIDE))
        faults.push(`${element.scrollWidth} px in a box of ${element.clientWidth}: ${named(element)}`);
    }
    const width = document.documentElement.clientWidth;
    for (const element of document.querySelectorAll('a, button, input, select, summary, svg.bar')) {
      if (!seen(element) || element.closest(WIDE)) continue;
      const { left, right, width: own } = element.getBoundingClientRect();
      if (left < -1 || right > width + 1) faults.push(`off the screen, ${left} to ${right}: ${named(element)}`);
      if (element.matches('svg.bar') && own < 40) faults.push(`a bar of ${own} px: ${named(element.parentElement)}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.data.trim().length < 4 || !seen(text.parentElement) || text.parentElement.closest('svg, option'))
        continue;
      const linesOf = (start, end) => {
        const range = document.createRange();
        range.setStart(text, start);
        range.setEnd(text, end);
        return [...range.getClientRects()];
      };
      const lines = linesOf(0, text.length);
      const size = parseFloat(getComputedStyle(text.parentElement).fontSize);
      if (lines.length > 3 && Math.max(...lines.map((line) => line.width)) < size * 2.2)
        faults.push(`${lines.length} lines of a letter or two: ${text.data.trim().slice(0, 40)}`);
      // Prose may break where it likes; a day that is a figure of a list may not.
      const prose = text.data.trim().length > 40 || text.parentElement.closest('caption');
      if (prose || !text.parentElement.closest('li, td, th, dd, h1, h2, h3, summary')) continue;
      for (const found of text.data.matchAll(/\d{4}年\d+月\d+日|\d+ [A-Z][a-z]{2} \d{4}/g)) {
        const tops = new Set(linesOf(found.index, found.index + found[0].length).map(({ top }) => Math.round(top)));
        if (tops.size > 1) faults.push(`a day is broken: ${text.data.trim()}`);
      }
    }
    return [...new Set(faults)];
  });

for (const locale of ['zh-CN', 'en-GB']) {
  for (const width of [360, 768, 1440]) {
    test(`nothing is cut, off the screen or broken: ${locale}, ${width} px`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      const found = [];
      for (const { path, use } of STATES) {
        await open(page, path);
        await use?.(page);
        found.push(...(await misshapen(page)).map((fault) => `${path} ${fault}`));
      }
      assert.deepEqual([...found, ...faults], []);
    });
  }
}

test('a phone opens on the gaps; what they are narrowed by stands behind a button', async (t) => {
  const { page } = await reader(t, { width: 360 });
  await open(page, `/n/533102/gaps?on=${ON}&level=TOWNSHIP`);
  const { y, height } = await page.locator('button.reason').first().boundingBox();
  assert.ok(y + height <= 740, `the first gap ends at ${y + height} px`);
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(whole <= 4000, `the list is ${whole} px long`);
  const rows = await page
    .locator('tr.gap')
    .evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height).sort((a, b) => a - b));
  assert.ok(rows[Math.floor(rows.length / 2)] <= 110, `a gap takes ${rows[Math.floor(rows.length / 2)]} px`);
  const entries = page.locator('#filters select').nth(1);
  assert.equal(await entries.isVisible(), false);
  await page.getByRole('button', { name: '筛选', exact: false }).first().click();
  await entries.waitFor();
  await page.getByRole('button', { name: '乡级 撤去' }).click();
  await page.waitForURL((url) => !url.searchParams.has('level'));
  await page.getByText('共67个缺口').waitFor();
  const before = await page.locator('tr.gap').count();
  await page.getByRole('button', { name: /再载入/ }).click();
  await page.waitForFunction((before) => document.querySelectorAll('tr.gap').length > before, before);
});

test('a document that is owed is not yet published; one that is reviewed is not for disclosure', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102103/gaps?on=${ON}&entry=3.4`);
  await page.locator('button.reason', { hasText: '文件超期未公开' }).first().click();
  await page.locator('.opened dd', { hasText: '（文件尚未公开）' }).waitFor();
  await open(page, `/c/${EMERGENCY}/1.2?on=${ON}`);
  const rows = await page
    .locator('section[aria-labelledby=duties] tbody tr')
    .evaluateAll((all) => all.map((row) => row.innerText));
  assert.ok(rows.some((row) => row.includes('（不公开的文件）')));
  assert.ok(rows.every((row) => !row.includes('（不公开的文件）') || row.startsWith('属性审查')));
  assert.equal(new Set(rows).size, rows.length, 'rows that nothing tells apart');
});

test('a body that owes nothing has nothing drawn', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/${encodeURIComponent('533102/czj')}?on=${ON}`);
  await page.getByText('近24个月没有应公开的栏目').waitFor();
  assert.equal(await page.locator('main .chart, main svg.bar, main dl').count(), 0);
});

test('keys are offered where there are keys', async (t) => {
  const { page: phone } = await reader(t, { width: 360 });
  await open(phone, `/n/533102?on=${ON}`);
  assert.doesNotMatch(await phone.getByRole('combobox').first().getAttribute('placeholder'), /\//);
  assert.equal(await phone.locator('footer input').count(), 0);
  const { page } = await reader(t);
  await open(page, `/n/533102?on=${ON}`);
  assert.match(await page.getByRole('combobox').first().getAttribute('placeholder'), /\//);
  assert.equal(await page.locator('footer input').count(), 1);
});
