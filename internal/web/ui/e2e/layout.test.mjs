// How single pages are laid out; pages.test.mjs holds what is so on all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMERGENCY, ON, open, reader } from './reader.mjs';

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

for (const [locale, more] of [
  ['zh-CN', '更多'],
  ['en-GB', 'More'],
]) {
  test(`a phone opens on what is to be done; its views take one row: ${locale}`, async (t) => {
    const { page } = await reader(t, { locale, width: 360 });
    for (const code of ['533102', '533102103', EMERGENCY]) {
      await open(page, `/n/${code}?on=${ON}`);
      const { y } = await page.locator('.on-phones h2').boundingBox();
      assert.ok(y <= 380, `what is to be done begins at ${y} px of ${code}`);
      assert.equal(await page.locator('.todo:visible').count(), 1, `what is to be done of ${code}`);
    }
    // Of a place with bodies below it is told in part, says so, and is not told again further down.
    await open(page, `/n/533102?on=${ON}`);
    const todo = page.locator('.on-phones');
    assert.equal(await todo.locator('li').count(), 7);
    for (const rest of [/^4\/\d+ · \S/, /^3\/\d+ · \S/]) await todo.locator('p', { hasText: rest }).waitFor();
    assert.ok(!(await page.locator('#coming').isVisible()));
    await open(page, `/n/${EMERGENCY}?on=${ON}`);
    const row = page.locator('nav.views');
    assert.ok((await row.boundingBox()).height <= 50);
    const opener = page.getByRole('button', { name: more, exact: true });
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/orders\?/);
    const named = page.getByRole('button', { name: `${more} ` });
    await named.waitFor();
    assert.equal(await named.getAttribute('aria-expanded'), 'false');
    assert.ok((await row.boundingBox()).height <= 50);
  });
}

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

for (const [locale, width] of [
  ['zh-CN', 1440],
  ['en-GB', 768],
  ['zh-CN', 360],
  ['en-GB', 360],
]) {
  test(`the flow of money is seen whole, its names beside its bands: ${locale}, ${width} px`, async (t) => {
    const { page } = await reader(t, { locale, width });
    await open(page, `/n/533102/relief?on=${ON}`);
    await page.locator('.chart svg text').first().waitFor();
    const faults = await page.locator('.flow').evaluate((flow) => {
      const faults = [];
      const { scrollWidth, clientWidth } = flow.firstElementChild;
      if (scrollWidth > clientWidth + 1) faults.push(`${scrollWidth} px in a box of ${clientWidth}`);
      const svg = flow.querySelector('svg');
      const all = svg.getBoundingClientRect();
      const bands = [...svg.querySelectorAll('path')].filter((path) => path.getAttribute('fill') !== 'none');
      const texts = [...svg.querySelectorAll('text')].map((text) => ({ text, box: text.getBoundingClientRect() }));
      texts.forEach(({ text, box }, i) => {
        const name = text.textContent;
        if (box.left < all.left || box.right > all.right || box.top < all.top) faults.push(`${name} is cut`);
        if (/^[\p{Ll}\p{Lo}]$/u.test(name)) faults.push(`${name} stands alone`);
        for (const other of texts.slice(i + 1))
          if (
            Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 &&
            Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 4
          )
            faults.push(`${name} stands on ${other.text.textContent}`);
        for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
          const point = new DOMPoint(box.left + box.width * part, (box.top + box.bottom) / 2);
          if (bands.some((band) => band.isPointInFill(point.matrixTransform(band.getScreenCTM().inverse()))))
            faults.push(`${name} stands on a band`);
        }
      });
      return [...new Set(faults)];
    });
    assert.deepEqual(faults, []);
  });
}

test('on a phone the path is one step up, whatever the names', async (t) => {
  const { page } = await reader(t, { locale: 'en-GB', width: 360 });
  for (const code of ['533102', EMERGENCY, '533102103']) {
    await open(page, `/n/${code}?on=${ON}`);
    assert.equal(await page.locator('nav.path a:visible').count(), 1);
    const { height } = await page.locator('nav.path').boundingBox();
    assert.ok(height <= 60, `the path is ${height} px high`);
  }
});

test('on a phone a gap takes two lines, in English too; what is due has its day above it', async (t) => {
  const { page } = await reader(t, { locale: 'en-GB', width: 360 });
  for (const [group, lines] of [
    ['body', 2],
    ['entry', 2],
    ['oldest', 3],
  ]) {
    await open(page, `/n/533102/gaps?on=${ON}&group=${group}`);
    const tall = await page.locator('tr.gap').evaluateAll((all) =>
      all.map((row) => {
        const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
        const tops = [];
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
          if (!text.data.trim() || !text.parentElement.checkVisibility() || text.parentElement.closest('.mark'))
            continue;
          const range = document.createRange();
          range.selectNodeContents(text);
          tops.push(...[...range.getClientRects()].map((box) => box.bottom));
        }
        tops.sort((a, b) => a - b);
        return tops.filter((top, i) => !i || top - tops[i - 1] > 8).length;
      }),
    );
    // A long name takes one more.
    tall.sort((a, b) => a - b);
    assert.ok(tall[Math.floor(tall.length / 2)] === lines && tall.at(-1) <= lines + 1, `${group}: ${tall}`);
    const small = await page
      .locator('tr.gap :is(a, button)')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height).filter((one) => one && one < 24));
    assert.deepEqual(small, [], 'too small for a thumb');
  }
  await open(page, `/n/533102?on=${ON}`);
  const items = await page.locator('section[aria-labelledby=opened] .dated li').evaluateAll((all) =>
    all.map((item) => {
      const [when, what] = ['.day', 'a'].map((part) => item.querySelector(part).getBoundingClientRect());
      return what.top >= when.bottom - 1 && Math.abs(what.left - item.getBoundingClientRect().left) < 1;
    }),
  );
  assert.ok(items.length > 2 && items.every(Boolean));
});

test('a publication takes three lines on a phone, unless its title is long', async (t) => {
  const { page } = await reader(t, { width: 360 });
  await open(page, `/n/533102/disclosures?on=${ON}`);
  const rows = page.locator('table.stacked > tbody > tr');
  const lines = await rows.evaluateAll((all) =>
    all.map((row) => {
      const cells = [...row.cells]
        .filter((cell) => cell.textContent.trim())
        .map((cell) => cell.getBoundingClientRect());
      return cells.filter(({ left }) => left - row.getBoundingClientRect().left < 2).length;
    }),
  );
  assert.ok(lines.length > 10 && Math.max(...lines) <= 4, lines.join(' '));
  lines.sort((a, b) => a - b);
  assert.ok(lines[Math.floor(lines.length / 2)] <= 3, lines.join(' '));
});

test('columns of the catalogue do not touch in a narrow window', async (t) => {
  for (const width of [620, 768, 1024]) {
    const { page } = await reader(t, { locale: 'en-GB', width });
    await open(page, `/n/533102/catalog?on=${ON}`);
    const wider = await page
      .locator('.scroll')
      .evaluateAll((all) => all.filter((box) => box.scrollWidth > box.clientWidth + 1).length);
    assert.equal(wider, 0, `wider than its box at ${width} px`);
    const touching = await page.locator('table.many').evaluateAll((tables) =>
      tables.flatMap((table) =>
        [...table.rows].flatMap((row) => {
          const edges = [...row.cells].map((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            const { left, right, top, bottom, width } = range.getBoundingClientRect();
            return { left, right, top, bottom, width, text: cell.textContent.trim() };
          });
          const seen = edges.filter((one) => one.width);
          return seen.flatMap((one, i) =>
            i && one.top < seen[i - 1].bottom && one.left - seen[i - 1].right < 5
              ? [`${seen[i - 1].text}|${one.text}`]
              : [],
          );
        }),
      ),
    );
    assert.deepEqual(touching, [], `at ${width} px`);
  }
});
