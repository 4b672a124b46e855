// A supervisor's way through every page of a running server, in headless Chromium; reader.mjs says how.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, answer, base, browser, hostname, open, reader } from './reader.mjs';

test('the figures on the page are the answers of the interface', async (t) => {
  const { page } = await reader(t);
  const { administrativeNode: node } = await answer(
    `query ($on: Date) {
      administrativeNode(code: "533102") {
        coverage(asOf: $on) { missing overdue stale pending covered exempt coverageRate }
        children(first: 100, asOf: $on, orderBy: COVERAGE_RATE_ASC) {
          edges { node { name coverage(asOf: $on) { required missing overdue stale } } }
        }
      }
    }`,
    { on: ON },
  );
  await open(page, `/n/533102?on=${ON}`);
  const counts = await page.locator('main dl:not(.meanings) dd').allInnerTexts();
  const { missing, overdue, stale, pending, covered, exempt } = node.coverage;
  assert.deepEqual(counts.map(Number), [missing, overdue, stale, pending, covered, exempt]);
  await page
    .getByText(`${(node.coverage.coverageRate * 100).toFixed(1)}%`)
    .first()
    .waitFor();
  const rows = await page
    .locator('section[aria-labelledby=children] tbody tr')
    .evaluateAll((all) =>
      all.map((row) => [...row.cells].slice(0, 6).map((cell) => cell.innerText.replace(/已撤销/, '').trim())),
    );
  const owing = node.children.edges.map((edge) => edge.node).filter((child) => child.coverage.required);
  assert.deepEqual(
    rows,
    owing.map((child) => {
      const { required, missing, overdue, stale } = child.coverage;
      return [child.name, ...[required, missing + overdue + stale, missing, overdue, stale].map(String)];
    }),
  );
  await page.getByText(`另有${node.children.edges.length - owing.length}个单位没有应公开的栏目`).waitFor();
});

test('a supervisor goes from the nation to a gap of a village in clicks, and back', async (t) => {
  const { page, faults } = await reader(t);
  await open(page, '/');
  const child = (name) => page.locator('section[aria-labelledby=children]').getByRole('link', { name, exact: true });
  for (const name of ['云南省', '德宏傣族景颇族自治州', '瑞丽市', '弄岛镇', '弄岛村民委员会']) {
    const start = Date.now();
    await child(name).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .skeleton'));
    assert.ok(Date.now() - start < 5000, `${name} took ${Date.now() - start} ms`);
  }
  await page.locator('section[aria-labelledby=own] a').first().click();
  await page.getByRole('heading', { level: 1, name: /弄岛村民委员会 · / }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: '弄岛村民委员会' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: '弄岛镇' }).waitFor();
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: '弄岛村民委员会' }).waitFor();
  assert.deepEqual(faults, []);
});

test('by keyboard alone: search, the date, a gap and its reason', async (t) => {
  const { page, faults } = await reader(t);
  await open(page, `/n/CN?on=${ON}`);
  await page.keyboard.press('/');
  await page.keyboard.type('rls');
  await page
    .getByRole('option', { name: /瑞丽市/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '瑞丽市' }).waitFor();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.waitForURL(/on=2026-10-24/);
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await page.waitForURL(/on=2027-01-24/);
  await page.getByText('预测').waitFor();
  await page.getByText('暂算').first().waitFor();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.waitForURL(/on=2026-11-24/);
  // On to the gaps by Tab, as far as a keyboard goes.
  const reached = async (name) => {
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate((name) => document.activeElement?.textContent?.includes(name), name);
      if (found) return;
    }
    assert.fail(`${name} is not reached by Tab`);
  };
  await reached('缺口');
  await page.keyboard.press('Enter');
  await page.getByText('共67个缺口').waitFor();
  await reached('逾期未解读').catch(async () => reached('超期未解读'));
  await page.keyboard.press('Enter');
  await page.getByText('应当自该日起').first().waitFor();
  await page.getByRole('table').getByText('起算日（不计）').first().waitFor({ state: 'attached' });
  assert.deepEqual(faults, []);
});

test('a reason counts the same days as the interface', async (t) => {
  const { page } = await reader(t);
  const { gaps } = await answer(
    `{
      gaps(code: "533102", asOf: "${ON}", filter: { statuses: [OVERDUE] }, first: 100) {
        edges { node { id reason { workingDaysCounted } } }
      }
    }`,
  );
  const { node: gap } = gaps.edges.find(({ node }) => node.reason.workingDaysCounted === 20);
  await open(page, `/n/533102/gaps?on=${ON}&gap=${encodeURIComponent(gap.id)}`);
  const counted = await page.locator('.opened td.counted .n, .opened td.makeup .n').allInnerTexts();
  assert.deepEqual(
    counted.map(Number),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  assert.match(await page.locator('.opened td.due .unseen').innerText(), /到期日/);
});

test('a filter, a month and what is supposed stand in the address', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102/gaps?on=${ON}`);
  await page.getByRole('checkbox').first().check();
  await page.waitForURL(/status=MISSING/);
  await page.getByText('共12个缺口').waitFor();
  await page.reload();
  await page.getByText('共12个缺口').waitFor();
  await open(page, `/n/533102/whatif?on=${ON}`);
  await page.getByRole('button', { name: '全选' }).click();
  await page.waitForURL(/publish=/);
  // What is chosen closes; what cannot be closed so is not offered.
  const chosen = new URL(page.url()).searchParams.getAll('publish').length;
  assert.ok(chosen > 5);
  await page.getByRole('heading', { name: `将销号的缺口 ${chosen}` }).waitFor();
  assert.equal(await page.locator('.choices input:disabled').count(), 0);
  assert.equal(await page.locator('.choices input').count(), chosen);
  await page.getByRole('button', { name: '清除选择' }).click();
  for (const entry of ['1.2', '1.1']) {
    await page.locator('section[aria-labelledby=catalog] select').first().selectOption(entry);
    await page.getByRole('button', { name: '加入' }).click();
  }
  await page.waitForURL(/change=1.2\+limit\+10&change=1.1\+limit\+10/);
  await page.getByRole('heading', { name: /将新增的缺口 [4-9]/ }).waitFor();
  await page.getByRole('button', { name: '撤去' }).first().click();
  await page.waitForURL((url) => url.searchParams.getAll('change').length === 1);
});

test('steps of the date, filters and orders are gone back one by one', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102?on=${ON}`);
  await page.getByRole('button', { name: /后一步/ }).evaluate((button) => {
    button.click();
    button.click(); // at once, however slow the machine is: one step with the last
  });
  await page.waitForURL(/on=2026-11-26/);
  await page.waitForTimeout(1100);
  await page.locator('section[aria-labelledby=children]').getByRole('button', { name: '缺口' }).click();
  await page.waitForURL(/sort=-gaps/);
  assert.equal(await page.locator('section[aria-labelledby=children] tbody th').first().innerText(), '畹町农场');
  await page.goBack();
  await page.waitForURL((url) => !url.searchParams.has('sort') && url.searchParams.get('on') === '2026-11-26');
  await page.goBack();
  await page.waitForURL(new RegExp(`on=${ON}$`));
});

test('paper has the heads, the reasons, the day and what is filtered by', async (t) => {
  const { page } = await reader(t);
  await page.emulateMedia({ media: 'print' });
  await page.goto(new URL(`/n/533102/gaps?on=${ON}&status=STALE`, base).href);
  await page.getByText('共4个缺口').waitFor();
  const paper = await page.locator('body').innerText();
  for (const text of ['统计日：2026年11月24日', '未及时更新', '超过更新周期未更新'])
    assert.ok(paper.includes(text), text);
  await page.goto(new URL(`/n/533102?on=${ON}`, base).href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.deepEqual(
    (await page.locator('section[aria-labelledby=children] thead th').allInnerTexts()).map((text) =>
      text.trim().replace(' ↑', ''),
    ),
    ['名称', '应公开', '缺口', '空白', '超期', '未及时更新', '公开率', '按状态'],
  );
  assert.equal(await page.getByText('复制表格').first().isVisible(), false);
});

test('a table copies into a spreadsheet as it looks', async (t) => {
  const { page, context } = await reader(t);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, `/n/533102?on=${ON}`);
  await page.locator('section[aria-labelledby=children]').getByRole('button', { name: '复制表格' }).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const lines = text.split('\n').map((line) => line.split('\t'));
  assert.equal(lines[0][1], '应公开');
  assert.deepEqual(lines.find((line) => line[0] === '畹町镇').slice(0, 4), ['畹町镇', '19', '2', '0']);
  // What is opened of a row is no row.
  await open(page, `/n/533102/gaps?on=${ON}&group=oldest&status=OVERDUE`);
  const rows = await page.locator('section table tr').count();
  await page.locator('button.reason').first().click();
  await page.locator('.opened dl').waitFor();
  await page.getByRole('button', { name: '复制表格' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.split('\n').length, rows);
  assert.ok(copied.split('\n').every((line) => line.split('\t').length === 6));
});

test('the language is chosen and kept', async (t) => {
  const { page } = await reader(t);
  await open(page, `/n/533102?on=${ON}`);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('must publish 172 items').waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await open(page, `/n/533102/gaps?on=${ON}`);
  await page.getByText('67 gaps').waitFor();
});

test('money is exact, in yuan and in 万元', async (t) => {
  const { page } = await reader(t);
  await open(page, '/n/530523/relief?from=2021-12-01&to=2022-12-31');
  await page.getByText('3,100,000.00').first().waitFor();
  await page.getByText('310.00万元').first().waitFor();
  const row = page.locator('section[aria-labelledby=child] tr', { hasText: '龙新乡' });
  assert.deepEqual(await row.locator('td').allInnerTexts(), [
    '380,000.00',
    '335,000.00',
    '0.00',
    '380,000.00',
    '335,000.00',
  ]);
});

test('without a network the pages open with what was seen last; a server that comes back is asked again', async (t) => {
  const { page, context, faults } = await reader(t, { worker: true });
  await open(page, `/n/533102?on=${ON}`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await open(page, `/n/533102?on=${ON}`);
  await context.setOffline(true);
  await open(page, `/n/533102?on=${ON}`);
  await page.getByText('瑞丽市应公开172项').waitFor();
  await page.getByText(/离线：显示.*留存的数据/).waitFor();
  await page.goto(new URL(`/n/533102103?on=${ON}`, base).href);
  await page.getByText('网络未连接').waitFor();
  // What was seen of the present day opens on the next, with other days asked for.
  await context.setOffline(false);
  await open(page, '/n/533102');
  await context.setOffline(true);
  await page.clock.setFixedTime(new Date(Date.now() + 86_400_000));
  await open(page, '/n/533102');
  await page.getByText(/离线：显示.*留存的数据/).waitFor();
  await page.getByText(/瑞丽市应公开\d+项/).waitFor();
  await page.goto(new URL(`/n/533102104?on=${ON}`, base).href);
  await page.getByText('网络未连接').waitFor();
  // Back on the network, the page asks again by itself.
  await context.setOffline(false);
  await page
    .getByRole('heading', { level: 1 })
    .filter({ hasText: /镇|街道|乡/ })
    .waitFor();
  assert.deepEqual(
    faults.filter((fault) => !/Failed to load|net::ERR/.test(fault)),
    [],
  );
});

test('a slow network, a server that dies, and a part that fails are told apart', async (t) => {
  const { page } = await reader(t);
  let mode = 'slow';
  await page.route('**/graphql**', async (route) => {
    if (mode === 'slow') {
      await new Promise((done) => setTimeout(done, 800));
      return route.continue();
    }
    if (mode === 'dead') return route.abort('connectionrefused');
    return route.fulfill({
      status: 503,
      contentType: 'application/json',
      headers: { 'X-Request-Id': 'REQUEST7' },
      body: JSON.stringify({
        errors: [
          { message: 'the database cannot be reached', extensions: { code: 'UNAVAILABLE', requestId: 'REQUEST7' } },
        ],
      }),
    });
  });
  await page.goto(new URL(`/n/533102?on=${ON}`, base).href);
  await page.locator('.skeleton').first().waitFor();
  await page.getByRole('heading', { level: 1, name: '瑞丽市' }).waitFor();
  mode = 'dead';
  await page.getByRole('button', { name: /前一步/ }).click();
  await page.getByText('服务器没有回应').waitFor();
  mode = 'failing';
  await page.reload();
  await page.getByText('服务暂时不可用').waitFor();
  await page.getByText('REQUEST7').waitFor();
  mode = 'slow';
  await page.getByRole('button', { name: '重试' }).click();
  await page.getByRole('heading', { level: 1, name: '瑞丽市' }).waitFor();
});

test('a part that fails is told as that, not as something absent', async (t) => {
  const { page } = await reader(t);
  const failing = {
    errors: [
      { message: 'too long', path: ['administrativeNode'], extensions: { code: 'TIMEOUT', requestId: 'REQUEST8' } },
    ],
  };
  await page.route('**/graphql**', async (route) => {
    const response = await route.fetch();
    const { data } = await response.json();
    return route.fulfill({ response, json: { ...failing, data: { ...data, administrativeNode: null } } });
  });
  await page.goto(new URL(`/n/533102?on=${ON}`, base).href);
  await page.locator('nav.views').waitFor();
  const views = await page.locator('nav.views a').evaluateAll((links) => links.map((link) => link.href));
  assert.ok(views.length >= 8);
  for (const view of views) {
    await page.goto(view);
    await page.getByRole('heading', { level: 1, name: '服务暂时不可用' }).waitFor();
    await page.getByText('REQUEST8').first().waitFor();
    assert.equal(await page.getByText('没有代码为').count(), 0, view);
  }
});

test('a server that is gone and comes back is asked again', async (t) => {
  const { createServer, connect } = await import('node:net');
  const { port } = new URL(base);
  let connections = new Set();
  const door = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    connections.add(incoming);
    incoming.pipe(outgoing).pipe(incoming);
    for (const end of [incoming, outgoing]) {
      end.on('error', () => {}); // it closes besides
      end.on('close', () => {
        incoming.destroy();
        outgoing.destroy();
      });
    }
  });
  const listen = (at) => new Promise((done) => door.listen(at, '127.0.0.1', done));
  await listen(0);
  const at = door.address().port;
  t.after(() => {
    door.close();
    for (const one of connections) one.destroy();
  });
  const context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'block' });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${at}/n/533102?on=${ON}`);
  await page.getByText('瑞丽市应公开172项').waitFor();
  const closed = new Promise((done) => door.close(done));
  for (const one of connections) one.destroy();
  await closed;
  connections = new Set();
  await page.getByRole('button', { name: /前一步/ }).click();
  await page.getByText('服务器没有回应').waitFor();
  await listen(at);
  // By itself, without a press of a button.
  await page.getByText('服务器没有回应').waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1, name: '瑞丽市' }).waitFor();
});

test('the first page weighs at most 120 kB before charts', async (t) => {
  const { page } = await reader(t);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const loaded = new Map();
  session.on('Network.responseReceived', ({ requestId, response }) =>
    loaded.set(requestId, { url: response.url, bytes: 0 }),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const one = loaded.get(requestId);
    if (one) one.bytes = encodedDataLength;
  });
  await open(page, `/n/533102?on=${ON}`);
  await page.locator('.chart svg').waitFor();
  const weight = (wanted) =>
    [...loaded.values()].filter(({ url }) => wanted(new URL(url).pathname)).reduce((sum, { bytes }) => sum + bytes, 0);
  const pages = weight((path) => !path.includes('echarts') && path !== '/graphql');
  const charts = weight((path) => path.includes('echarts'));
  const answers = weight((path) => path === '/graphql');
  t.diagnostic(`pages ${pages} bytes, charts ${charts}, answers ${answers}`);
  assert.ok(pages <= 120_000, `${pages} bytes`);
});
