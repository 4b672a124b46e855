// What the tests of the pages share: a browser, readers of their own, and every page.
//
//   RELIEFGRAPH_URL  base URL of the server with the demo world, as http://127.0.0.1:8080 (required)
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { BROWSER } from './browser.mjs';

export const base = process.env.RELIEFGRAPH_URL;
assert.ok(base, 'RELIEFGRAPH_URL names no running server');
export const { origin, hostname } = new URL(base);
export const ON = '2026-11-24';
export const EMERGENCY = encodeURIComponent('533102/yjglj');

// Every page, with a text that it shows in each language.
export const PAGES = [
  { path: `/n/CN?on=${ON}`, zh: '中华人民共和国应公开', en: 'must publish' },
  { path: `/n/533102?on=${ON}`, zh: '瑞丽市应公开172项', en: 'Ruili City must publish 172 items' },
  { path: `/n/${EMERGENCY}?on=${ON}`, zh: '本级栏目', en: 'Its own items' },
  { path: `/n/533102/matrix?on=${ON}`, zh: '已载入', en: 'bodies loaded' },
  { path: `/n/533102/gaps?on=${ON}`, zh: '共67个缺口', en: '67 gaps' },
  {
    path: `/n/533102/upcoming?on=${ON}`,
    zh: '20个工作日内有23个栏目到期',
    en: '23 items fall due within 20 working days',
  },
  { path: `/n/533102/orders?on=${ON}`, zh: '按时率按已反馈和已办结的计', en: 'Of those answered or accepted' },
  { path: `/n/533102/orders?on=${ON}&kind=CRITICISE&timeliness=ON_TRACK`, zh: '公开批评一例', en: 'Ledger of orders' },
  { path: `/n/533102/exemptions?on=${ON}`, zh: '由督查员决定', en: 'a supervisor decides' },
  { path: `/o/${EMERGENCY}/criticism-1?on=${ON}`, zh: '办理经过', en: 'Items it is about' },
  { path: `/n/533102/disclosures?on=${ON}&from=2026-09-01`, zh: '公开信息', en: 'Publications' },
  { path: `/n/533102/news?on=${ON}`, zh: '工作动态', en: 'news items' },
  { path: `/c/${EMERGENCY}/1.2?on=${ON}`, zh: '时间线', en: 'Timeline' },
  { path: `/n/533102/relief?on=${ON}`, zh: '款物疑点', en: 'Discrepancies' },
  { path: `/n/533102/change?on=${ON}&from=2026-09-30`, zh: '屡次逾期', en: 'Late again and again' },
  { path: `/n/533102/compare?on=${ON}`, zh: '瑞丽市各乡级地区', en: 'Ruili City, by Township' },
  { path: `/n/533102/late?on=${ON}`, zh: '补录对照', en: 'Came in late' },
  { path: `/n/533102/catalog?on=${ON}`, zh: '与依据目录的差异', en: 'How it differs from its base' },
  { path: `/n/533102/whatif?on=${ON}&publish=533102401+1.3`, zh: '将销号的缺口', en: 'Gaps that would close' },
  { path: `/n/533102/bulletin?month=2026-10`, zh: '瑞丽市救灾领域政务公开月报', en: 'Monthly bulletin' },
  { path: `/n/nowhere`, zh: '没有代码为“nowhere”的地区或部门', en: 'No place or department has the code' },
];

export let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: BROWSER,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // What is loaded from elsewhere cannot arrive, even where no event tells of it.
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}`,
    ],
  });
});
after(() => browser?.close());

/** A page of a reader of its own; what it should not do is noted. */
export async function reader(t, { locale = 'zh-CN', width = 1440, worker = false, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({
    locale,
    viewport: { width, height: width < 500 ? 780 : 900 },
    serviceWorkers: worker ? 'allow' : 'block',
    reducedMotion: 'reduce',
    colorScheme,
  });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults = [];
  const asked = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol))
      faults.push(`foreign request: ${url.href}`);
    if (url.pathname === '/graphql') asked.push(request);
  });
  page.on('pageerror', (fault) => faults.push(`${fault.name}: ${fault.message}`));
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|status of (400|503)/.test(message.text())
    )
      faults.push(message.text());
  });
  return { page, context, faults, asked };
}

/** Opens an address and waits until all that it asked for is shown. */
export async function open(page, path) {
  await page.goto(new URL(path, base).href);
  await answered(page);
}

/** Waits until all that was asked for is shown. */
export async function answered(page) {
  await page.locator('main h1, main [role=alert]').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .skeleton'));
}

/** What the interface answers. */
export async function answer(query, variables = {}) {
  const response = await fetch(new URL('/graphql', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}
