// What holds on paper: charts are whole, heads can be read, rows stay together, no word of a screen is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, PAGES, open, reader } from './reader.mjs';

// A4 between the margins, in px.
const UPRIGHT = 703;
const ACROSS = 1032;

/** Lays the page out as a printer does: once, at the paper's width, without telling who watches sizes. */
async function onPaper(page, path, width = UPRIGHT) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ media: 'screen' });
  await open(page, path);
  if (await page.locator('.chart').count()) await page.locator('.chart svg text').first().waitFor();
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width, height: 900 });
}

/** What of a page is cut or split on paper. */
const torn = (page) =>
  page.evaluate(() => {
    const faults = [];
    const named = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 110);
    const width = document.documentElement.clientWidth;
    for (const drawing of document.querySelectorAll('.chart svg, .chart svg text, svg.bar, table')) {
      if (!drawing.checkVisibility()) continue;
      const { left, right } = drawing.getBoundingClientRect();
      if (left < -1 || right > width + 1) faults.push(`${left} to ${right} of ${width}: ${named(drawing)}`);
    }
    for (const chart of document.querySelectorAll('.chart, tr')) {
      if (chart.checkVisibility() && getComputedStyle(chart).breakInside !== 'avoid')
        faults.push(`may be split: ${named(chart)}`);
    }
    // Of a flexible box what may not be split goes on to the next page, and leaves its room behind: two parts overlap.
    for (const chart of document.querySelectorAll('.chart, .kept-whole')) {
      const box = chart.parentElement;
      if (chart.checkVisibility() && /flex|grid/.test(getComputedStyle(box).display) && box.closest('.sheet') === box)
        faults.push(`a flexible card: ${named(box)}`);
    }
    for (const head of document.querySelectorAll('main h2, main thead'))
      if (head.checkVisibility() && getComputedStyle(head).breakAfter !== 'avoid')
        faults.push(`a head may stand alone: ${named(head)}`);
    for (const body of document.querySelectorAll('tbody')) {
      const rows = [...body.rows];
      if (rows.length < 2 || !body.checkVisibility()) continue;
      const glued = (row, side) => getComputedStyle(row)[side] === 'avoid';
      if (!glued(rows[0], 'breakAfter') || !glued(rows.at(-1), 'breakBefore'))
        faults.push(`a row may stand alone: ${named(body)}`);
    }
    for (const element of document.querySelectorAll(
      'button:not(.printed), select, input[type=search], nav, a[download]',
    ))
      if (element.checkVisibility()) faults.push(`is of a screen: ${named(element)}`);
    // What sticks is printed over the rows of every page; what scrolls is cut, or moved whole to a page of its own.
    for (const element of document.querySelectorAll('body *')) {
      if (!element.checkVisibility() || element.closest('svg, .unseen')) continue;
      const { position, overflowX, overflowY } = getComputedStyle(element);
      if (position === 'sticky' || position === 'fixed') faults.push(`is ${position}: ${named(element)}`);
      if (/auto|scroll/.test(overflowX + overflowY)) faults.push(`scrolls: ${named(element)}`);
      if (element.matches('td, th') && element.scrollWidth > element.clientWidth + 1)
        faults.push(`${element.scrollWidth} px in a cell of ${element.clientWidth}: ${named(element)}`);
      if (!element.matches('a, button, summary')) continue;
      const { textDecorationLine, color } = getComputedStyle(element);
      if (textDecorationLine !== 'none' || color === 'rgb(11, 92, 173)') faults.push(`is a link: ${named(element)}`);
    }
    for (const drawing of document.querySelectorAll('main :is(table, .scroll, ul)')) {
      const before = drawing.previousElementSibling;
      if (before?.matches('p') && [drawing, before].every((one) => one.checkVisibility()))
        if (getComputedStyle(before).breakAfter !== 'avoid')
          faults.push(`is left by what it tells of: ${named(before)}`);
    }
    // A head with nothing below it: another follows that does not stand under it, or the page ends.
    const parts = [...document.querySelectorAll('main *')].filter(
      (element) =>
        element.checkVisibility() &&
        (element.matches('h1, h2, h3, summary, svg, input') ||
          (!element.closest('h1, h2, h3, summary, .head') &&
            [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))),
    );
    const rank = (element) => (element?.matches('summary') ? 2 : Number(element?.localName.match(/^h(\d)$/)?.[1] ?? 9));
    parts.forEach((part, i) => {
      if (rank(part) < 9 && (i === parts.length - 1 || rank(parts[i + 1]) <= rank(part)))
        faults.push(`a head with nothing below: ${named(part)}`);
    });
    return [...new Set(faults)];
  });

for (const locale of ['zh-CN', 'en-GB']) {
  test(`on paper nothing is cut, split or of a screen: ${locale}`, async (t) => {
    const { page, faults } = await reader(t, { locale });
    await page.addInitScript(() => {
      window.ResizeObserver = class {
        observe() {}
        disconnect() {}
        unobserve() {}
      };
    });
    const found = [];
    for (const { path } of PAGES) {
      await onPaper(page, path, path.includes('/matrix') ? ACROSS : UPRIGHT);
      found.push(...(await torn(page)).map((fault) => `${path} ${fault}`));
    }
    assert.deepEqual([...found, ...faults], []);
  });

  test(`the heads of the list of all items can be read on paper: ${locale}`, async (t) => {
    const { page } = await reader(t, { locale });
    await onPaper(page, `/n/533102/matrix?on=${ON}`, ACROSS);
    const heads = await page.locator('th.entry').evaluateAll((all) =>
      all.map((head) => {
        const name = head.querySelector('span:not(.code)');
        return {
          text: head.innerText,
          upright: getComputedStyle(name).writingMode,
          cut: name.offsetWidth > head.offsetWidth + 1 || name.scrollHeight > name.clientHeight + 1,
          size: parseFloat(getComputedStyle(head).fontSize),
        };
      }),
    );
    assert.ok(heads.length > 20);
    assert.deepEqual(
      heads.filter(({ upright, cut, size }) => upright === 'horizontal-tb' || cut || size < 9),
      [],
    );
    assert.equal(new Set(heads.map(({ text }) => text)).size, heads.length, 'heads that cannot be told apart');
  });
}

test('the bulletin on paper names flows and holdings, and has no row of nothing', async (t) => {
  const { page } = await reader(t);
  for (const [month, none] of [
    ['2026-10', false],
    ['1995-03', true],
  ]) {
    await onPaper(page, `/n/533102/bulletin?month=${month}`);
    const paper = await page.locator('main').innerText();
    for (const word of ['下载', '打印', '比较']) assert.ok(!paper.includes(word), word);
    assert.equal(paper.includes('月末结存'), !none);
    assert.equal(paper.includes('本月净额'), !none);
    const rows = await page
      .locator('h2:has-text("救灾款物") ~ table')
      .first()
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.cells].slice(1).map((cell) => cell.innerText)));
    if (none) continue;
    assert.ok(rows.every((cells) => cells.some((text) => /[1-9]/.test(text))));
    // What is held at the end of a month is not negative in this world; the month's net amount is.
    assert.ok(rows.some((cells) => cells[3].startsWith('−')));
    assert.ok(rows.every((cells) => !/^[-−]/.test(cells[5])));
  }
});

test('a bulletin is signed as the person who prints it says, of each node apart', async (t) => {
  const { page } = await reader(t);
  const signed = () => page.locator('.signed').innerText();
  await onPaper(page, '/n/533102/bulletin?month=2026-10');
  assert.match(await signed(), /编制单位：瑞丽市\s[^]*签发：＿+$/);
  await page.emulateMedia({ media: 'screen' });
  await page.getByLabel('编制单位').fill('瑞丽市应急管理局办公室');
  await page.getByLabel('签发').fill('张三');
  await onPaper(page, '/n/533102/bulletin?month=2026-10');
  assert.match(await signed(), /编制单位：瑞丽市应急管理局办公室\s[^]*签发：张三$/);
  assert.equal(await page.getByLabel('签发').isVisible(), false);
  await onPaper(page, '/n/533102103/bulletin?month=2026-10');
  assert.match(await signed(), /编制单位：弄岛镇\s[^]*签发：＿+$/);
});
