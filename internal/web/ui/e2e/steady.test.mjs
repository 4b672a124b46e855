// What is seen stays where it is: on a slow network nothing that is read moves when an answer comes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ON, PAGES, answered, open, reader } from './reader.mjs';

const MOST = 0.02; // a fifth of what Core Web Vitals call good
const DELAY = 150; // ms

/** A reader whose answers take their time, and whose shifts are added up as the browser tells of them. */
async function patientReader(t, options) {
  const { page } = await reader(t, options);
  await page.route('**/graphql**', async (route) => {
    await new Promise((done) => setTimeout(done, DELAY));
    await route.continue();
  });
  await page.addInitScript(() => {
    window.shifts = [];
    const seen = (node) => (node?.outerHTML ?? node?.data ?? 'what is gone').slice(0, 90);
    const take = (entries) => {
      for (const { value, hadRecentInput, sources } of entries)
        if (!hadRecentInput)
          window.shifts.push({
            value,
            moved: sources.map(
              ({ node, previousRect, currentRect }) => `${previousRect.y} to ${currentRect.y} px: ${seen(node)}`,
            ),
          });
    };
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    window.shiftsUntilNow = () => {
      take(observer.takeRecords());
      return window.shifts.splice(0);
    };
  });
  return page;
}

/** What moved more than it may since it was last asked. */
async function moved(page, where) {
  if (await page.locator('.chart').count()) await page.locator('.chart svg').first().waitFor();
  // A shift is told of after the frame in which it was drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const shifts = await page.evaluate(() => window.shiftsUntilNow());
  const sum = shifts.reduce((sum, { value }) => sum + value, 0);
  return sum > MOST ? [`${where}: ${sum.toFixed(3)} ${shifts.flatMap(({ moved }) => moved).join(' | ')}`] : [];
}

describe('nothing moves', { concurrency: 2 }, () => {
  for (const locale of ['zh-CN', 'en-GB']) {
    for (const width of [360, 768, 1440]) {
      test(`as a page is opened: ${locale}, ${width} px`, async (t) => {
        const page = await patientReader(t, { locale, width });
        const found = [];
        for (const { path } of [...PAGES, { path: '/nothing-here' }, { path: '/n/533102?on=2028-11-24' }]) {
          await open(page, path);
          found.push(...(await moved(page, path)));
        }
        assert.deepEqual(found, []);
      });
    }
  }

  for (const width of [360, 768, 1440]) {
    test(`as a page is left for another by a click: ${width} px`, async (t) => {
      const page = await patientReader(t, { locale: 'en-GB', width });
      const found = [];
      await open(page, `/n/533102?on=${ON}`);
      await moved(page);
      // By a press of a script, which the browser does not take for one: what moves after it counts from the start.
      const follow = async (links) => {
        const link = page.locator(links).first();
        const to = await link.evaluate((link) => {
          link.click();
          return link.href;
        });
        await page.waitForURL(to);
        await answered(page);
        found.push(...(await moved(page, `by a click to ${to}`)));
      };
      const views = await page.locator('nav.views a').count();
      for (let i = 1; i <= views; i++) await follow(`nav.views a >> nth=${i % views}`);
      await follow('section[aria-labelledby=children] tbody a[href^="/n/533102103?"]');
      await follow('section[aria-labelledby=children] tbody th a');
      await follow('section[aria-labelledby=own] a');
      await follow('nav.path a');
      assert.deepEqual(found, []);
    });
  }
});
