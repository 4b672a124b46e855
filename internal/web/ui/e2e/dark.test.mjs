// What holds on every page in the dark: accessible, no light ground left, charts that change with the scheme.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, PAGES, open, reader, unreadable, violations } from './reader.mjs';

const STATES = [
  ...PAGES.map(({ path }) => ({ path })),
  { path: '/nothing-here' },
  { path: `/n/533102?on=${ON}&view=tiles` },
  { path: `/n/533102/compare?on=${ON}&within=PROVINCE` },
  { path: '/n/533102?on=2028-11-24' },
  {
    path: `/n/533102/gaps?on=${ON}&status=OVERDUE`,
    async use(page) {
      await page.locator('button.reason').first().click();
      await page.locator('.opened dl').waitFor();
    },
  },
  {
    path: `/n/533102?on=${ON}`,
    async use(page) {
      await page.getByRole('combobox').first().fill('wd');
      await page.getByRole('option').first().waitFor();
    },
  },
];

/** Grounds that are light, and texts and lines of drawings that do not stand out from their sheet. */
const glaring = (page) =>
  page.evaluate(() => {
    const brightness = (color) => {
      const parts = color.match(/[\d.]+/g)?.map(Number);
      if (!parts || parts[3] === 0) return null;
      const [red, green, blue] = parts.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
      const [dark, bright] = [brightness(one), brightness(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    };
    const faults = [];
    const sheet = getComputedStyle(document.querySelector('main .sheet') ?? document.body).backgroundColor;
    for (const element of document.querySelectorAll('body, body *')) {
      if (!element.checkVisibility()) continue;
      const { backgroundColor, fill, stroke, strokeWidth } = getComputedStyle(element);
      const named = element.outerHTML.slice(0, 110);
      // What is pressed or filled by a rate is light, with dark text on it; so are the samples of a legend.
      if (brightness(backgroundColor) > 0.25 && !element.matches('[aria-pressed=true], .tiles a, .legend span:empty'))
        faults.push(`${backgroundColor} is a light ground: ${named}`);
      if (!element.closest('.chart svg')) continue;
      if (element.matches('text') && contrast(fill, sheet) < 4.5) faults.push(`${fill} cannot be read: ${named}`);
      if (element.matches('path') && parseFloat(strokeWidth) > 1.2 && stroke !== 'none' && contrast(stroke, sheet) < 3)
        faults.push(`${stroke} is a line that is not seen: ${named}`);
    }
    return [...new Set(faults)];
  });

for (const [locale, width] of [
  ['zh-CN', 1440],
  ['en-GB', 768],
  ['zh-CN', 360],
]) {
  test(`in the dark every page is accessible and nothing glares: ${locale}, ${width} px`, async (t) => {
    const { page, faults } = await reader(t, { locale, width, colorScheme: 'dark' });
    const found = [];
    for (const { path, use } of STATES) {
      await open(page, path);
      await use?.(page);
      if (await page.locator('.chart').count()) await page.locator('.chart svg').first().waitFor();
      found.push(
        ...[...(await violations(page)), ...(await unreadable(page)), ...(await glaring(page))].map(
          (fault) => `${path} ${fault}`,
        ),
      );
    }
    assert.deepEqual([...found, ...faults.filter((fault) => !/status of 404/.test(fault))], []);
  });
}

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
