// That a page is whole, accessible and dark in the dark, as it stands.
import assert from 'node:assert/strict';
import { OF_COLOUR, unreadable, violations } from './accessible.mjs';
import { glaring } from './glaring.mjs';
import { misshapen } from './misshapen.mjs';
import { shadedAmiss } from './shaded.mjs';

const SHOTS = process.env.SCREENSHOTS;

/**
 * The scheme in which axe looks at a page in a language and at a width: every two of language, width and scheme meet.
 * It finds next to nothing that only all three bring about, and is most of what a look costs.
 */
export const schemeOf = (locale, width) => (locale.startsWith('zh') === width >= 500 ? 'light' : 'dark');

/**
 * The rule that is left out in a language. The two that cost most are each looked at in one language, at each width
 * and in each scheme: whether targets are large enough in Chinese, whose words are short, whether text stands out in
 * English.
 */
const leftOutIn = (language) => (language.startsWith('zh') ? 'color-contrast' : 'target-size');

/** What is amiss on a page, where axe looks in the light, in the dark, in none, or in both: then each rule once in each
 * scheme on which it depends. */
export async function amiss(page, axeIn = 'both') {
  const found = await misshapen(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) found.push(`${wide} px wider than the screen`);
  const leftOut = axeIn === 'both' ? [] : [leftOutIn(await page.evaluate(() => document.documentElement.lang))];
  if (axeIn === 'both' || axeIn === 'light') found.push(...(await violations(page, undefined, leftOut)));
  found.push(...(await unreadable(page)), ...(await shadedAmiss(page)));
  if (await page.locator('.chart').count()) await page.locator('.chart svg').first().waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  const inTheDark = [...(await unreadable(page)), ...(await glaring(page)), ...(await shadedAmiss(page))];
  if (axeIn === 'both' || axeIn === 'dark')
    inTheDark.push(...(await violations(page, axeIn === 'both' ? OF_COLOUR : undefined, leftOut)));
  await page.emulateMedia({ colorScheme: 'light' });
  return [...found, ...inTheDark.map((fault) => `in the dark ${fault}`)];
}

/** Takes a picture of a page where pictures are wanted. */
export async function picture(page, where) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${where}.png`, fullPage: true });
}

/** That nothing is amiss. */
export async function sound(page, where, axeIn) {
  await picture(page, where);
  assert.deepEqual(await amiss(page, axeIn), [], where);
}
