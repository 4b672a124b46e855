// What is seen stays where it is as one goes from page to page on a slow network; pages.test.mjs holds that it does as
// a page is opened.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { moved, patientReader } from './patient.mjs';
import { ON, answered, open } from './reader.mjs';

describe('nothing moves', { concurrency: 2 }, () => {
  for (const width of [360, 768, 1440]) {
    test(`as a page is left for another by a click: ${width} px`, async (t) => {
      const { page } = await patientReader(t, { locale: 'en-GB', width });
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
