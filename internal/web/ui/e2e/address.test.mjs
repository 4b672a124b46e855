// What an address says is shown, or it is said why not: days, months, spans, filters, and the day from page to page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './accessible.mjs';
import { ON, PAGES, base, open, reader } from './reader.mjs';

const told = (page) => page.locator('.notes').allInnerTexts();

for (const [locale, words] of [
  ['zh-CN', '无法识别'],
  ['en-GB', 'cannot be read'],
]) {
  test(`a day that is none is told on every page: ${locale}`, async (t) => {
    const { page } = await reader(t, { locale, width: 360 });
    const missed = [];
    for (const { path } of PAGES) {
      const address = new URL(path, base);
      const name = address.searchParams.has('month') ? 'month' : 'on';
      const value = name === 'month' ? '2030-13' : '2026-13-45';
      address.searchParams.set(name, value);
      await open(page, address.href);
      const notes = (await told(page)).join();
      if (!notes.includes(words) || !notes.includes(`${name}=${value}`)) missed.push(address.pathname);
    }
    assert.deepEqual(missed, []);
  });
}

test('what an address narrows by and is not known is told, and the way out is shown', async (t) => {
  const { page } = await reader(t);
  for (const [view, given] of [
    ['gaps', 'level=TOWN'],
    ['gaps', 'status=LATE'],
    ['gaps', 'group=none'],
    ['relief', 'class=FOOD'],
    ['relief', 'from=2026-02-30'],
    ['compare', 'within=WORLD'],
  ]) {
    await open(page, `/n/533102/${view}?on=${ON}&${given}`);
    assert.ok((await told(page)).join().includes(given), given);
    await page.getByRole('heading', { level: 1, name: /瑞丽市/ }).waitFor();
  }
  for (const [address, given] of [
    ['gaps?entry=99', 'entry=99'],
    ['gaps?publisher=zz', 'publisher=zz'],
    ['gaps?category=none&status=MISSING', 'category=none'],
    ['relief?event=nothing', 'event=nothing'],
    ['disclosures?publisher=zz&from=2026-09-01', 'publisher=zz'],
    ['news?publisher=zz', 'publisher=zz'],
  ])
    for (const [lang, words] of [
      ['zh', '无法识别'],
      ['en', 'cannot be read'],
    ]) {
      await open(page, `/n/533102/${address}&on=${ON}&lang=${lang}`);
      await page.getByText(words).waitFor();
      const notes = (await told(page)).join();
      assert.ok(notes.includes(given), `${address}: ${notes}`);
      await page.getByRole('heading', { level: 1, name: /瑞丽市|Ruili City/ }).waitFor();
      await page.locator('nav.path li').nth(2).waitFor();
      assert.equal(await page.locator('main [role=alert]').count(), 0);
    }
});

test('a publisher is found by name among those of the place, within the screen', async (t) => {
  for (const width of [1280, 768, 360]) {
    const { page } = await reader(t, { width });
    await open(page, `/n/533102/gaps?on=${ON}`);
    if (width === 360) await page.locator('button.opener').click();
    await page.getByRole('combobox', { name: '公开主体' }).fill('nd');
    await page.getByRole('option', { name: /^弄岛镇/ }).waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${width} px`);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /弄岛镇/ }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('publisher'), '533102103');
  }
});

test('a span given the wrong way round is turned, and that is said', async (t) => {
  const { page: lists } = await reader(t);
  for (const view of ['disclosures', 'news']) {
    await open(lists, `/n/533102/${view}?on=${ON}&from=2026-09-01&to=2026-01-01`);
    assert.ok((await told(lists)).join().includes('已对调'), view);
    assert.deepEqual(
      await lists.locator('.filters input[type=date]').evaluateAll((all) => all.map((one) => one.value)),
      ['2026-01-01', '2026-09-01'],
    );
  }
  for (const [locale, words] of [
    ['zh-CN', '已对调'],
    ['en-GB', 'swapped'],
  ]) {
    const { page, faults } = await reader(t, { locale });
    await open(page, '/n/533102/relief?from=2026-10-01&to=2025-02-01');
    assert.ok((await told(page)).join().includes(words));
    assert.deepEqual(
      await page.locator('input[type=date]').evaluateAll((all) => all.slice(1, 3).map((one) => one.value)),
      ['2025-02-01', '2026-10-01'],
    );
    // As typed: the first day beyond the last.
    await page.locator('.filters input[type=date]').first().fill('2026-11-20');
    await page.waitForURL(/from=2026-11-20/);
    await page.locator('.answer[aria-busy=false] .totals').waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(faults, []);
  }
});

test('the day goes with the reader: home, tabs, breadcrumbs and search', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102?on=2026-05-06`);
  await page.locator('a.brand').click();
  await page.waitForURL(/\/n\/533102\?on=2026-05-06/);
  await open(page, '/nothing-here?on=2026-05-06');
  await page.getByRole('link', { name: '回到首页' }).click();
  await page.waitForURL(/\/n\/533102\?on=2026-05-06/);
  // A past month's pages lead to its last day.
  await open(page, '/n/533102/bulletin?month=2026-09');
  const links = page.locator('a.brand, nav.views a, nav.path a');
  const others = await links.evaluateAll((all) =>
    all.map((link) => link.href).filter((href) => !href.includes('on=2026-09-30')),
  );
  assert.deepEqual(others, []);
});

test('a network that is gone and a server that is silent are told apart; the icon stands', async (t) => {
  const { page, context } = await reader(t, { worker: true });
  await open(page, `/n/533102?on=${ON}`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await open(page, `/n/533102?on=${ON}`);
  const whole = () =>
    page.evaluate(
      () =>
        [...document.images].every((image) => image.complete && image.naturalWidth > 0) &&
        document.querySelector('.brand svg').getBoundingClientRect().width >= 24,
    );
  await context.setOffline(true);
  await open(page, `/n/533102?on=${ON}`);
  await page.getByText(/离线：显示.*留存的数据/).waitFor();
  assert.ok(await whole());
  const icon = await page.evaluate(() => fetch('/icon.svg').then((response) => response.status));
  assert.equal(icon, 200);
  await context.setOffline(false);
  // The network is there, as the browser says; nothing comes back.
  const { page: other } = await reader(t);
  await open(other, `/n/533102?on=${ON}`);
  await other.route('**/*', (route) => route.abort('connectionrefused'));
  await other.getByRole('button', { name: /前一步/ }).click();
  await other.getByText('服务器没有回应').waitFor();
  assert.equal(await other.getByText('网络未连接').count(), 0);
  await other.locator('a.brand svg').waitFor();
});

test('an address that is none has a page, and its answer says 404', async (t) => {
  const { page, faults } = await reader(t);
  for (const path of ['/nothing-here', '/assets/gone.js', '/n/533102/nothing']) {
    const response = await page.goto(new URL(path, base).href);
    assert.equal(response.status(), 404);
    await page.getByRole('heading', { level: 1, name: '没有这个页面' }).waitFor();
    assert.deepEqual(await violations(page), []);
  }
  assert.deepEqual(
    faults.filter((fault) => !/status of 404/.test(fault)),
    [],
  );
});
