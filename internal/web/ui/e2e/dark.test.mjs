// How the pages change with the scheme; pages.test.mjs holds that all of them can be read in both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, open, reader } from './reader.mjs';

test('a chart changes with the scheme, without another question; paper is light', async (t) => {
  const { page, asked } = await reader(t);
  await open(page, `/n/533102?on=${ON}`);
  const colour = async () => {
    await page.locator('.chart svg text').first().waitFor();
    return page.evaluate(() => getComputedStyle(document.querySelector('.chart svg text')).fill);
  };
  const light = await colour();
  const before = asked.length;
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await colour();
  assert.notEqual(dark, light);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  assert.equal(await colour(), light);
  assert.equal(asked.length, before);
});
