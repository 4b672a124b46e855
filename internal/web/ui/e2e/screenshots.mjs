// Takes the pictures of the README of a running server with the demo world.
//
//   RELIEFGRAPH_URL  base URL of the server, as http://127.0.0.1:8080 (required)
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { BROWSER } from './browser.mjs';

const base = process.env.RELIEFGRAPH_URL;
if (!base) throw new Error('RELIEFGRAPH_URL names no running server');
const folder = new URL('../../../../docs/images/', import.meta.url);
const ON = '2026-11-24';
const WIDE = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 780 };

const PICTURES = [
  { name: 'node', path: `/n/533102?on=${ON}`, viewport: WIDE },
  {
    name: 'gap',
    part: 'section:has(.opened)',
    path: `/n/533102103/gaps?on=${ON}&entry=3.4`,
    viewport: WIDE,
    // The reason of a gap with its days counted.
    async prepare(page) {
      await page.locator('button.reason', { hasText: '文件超期未公开' }).first().click();
      await page.locator('.opened table').waitFor();
    },
  },
  { name: 'gaps', path: `/n/533102103/gaps?on=${ON}`, viewport: WIDE },
  { name: 'phone', path: `/n/533102?on=${ON}`, viewport: PHONE },
];

const browser = await chromium.launch({
  executablePath: BROWSER,
  args: ['--no-sandbox', '--disable-gpu', '--lang=zh-CN'],
  env: { ...process.env, LANGUAGE: 'zh_CN' },
});
for (const { name, path, viewport, part, prepare } of PICTURES) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(new URL(path, base).href);
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .skeleton'));
  await prepare?.(page);
  // A chart is drawn just after its data are there.
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('path')),
  );
  const picture = { path: fileURLToPath(new URL(`${name}.png`, folder)) };
  await (part ? page.locator(part).screenshot(picture) : page.screenshot(picture));
  await context.close();
}
await browser.close();
