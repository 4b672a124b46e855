// What keeps a page from being used by all: what axe finds, and typed text, which axe does not look at.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules whose finding changes with the scheme. */
export const OF_COLOUR = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** What axe finds, by rules of which some are left out. */
export async function violations(page, runOnly = RULES, leftOut = []) {
  const rules = Object.fromEntries(leftOut.map((rule) => [rule, { enabled: false }]));
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  // No page has a sound or a picture that moves, for which axe would load style sheets again.
  const found = await page.evaluate(
    (options) => window.axe.run(document, { ...options, resultTypes: ['violations'], preload: false }),
    { runOnly, rules },
  );
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 160))
        .join(' | ')}`,
  );
}

/** Fields whose text does not stand out from their ground; axe looks at no typed text. */
export const unreadable = (page) =>
  page.evaluate(() => {
    const light = (color) => {
      const parts = color.match(/[\d.]+/g).map(Number);
      const [red, green, blue] = parts.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    return [...document.querySelectorAll('input:not([type=checkbox], [type=radio]), select, textarea')]
      .filter((field) => !field.disabled && field.checkVisibility())
      .filter((field) => {
        const { color, backgroundColor } = getComputedStyle(field);
        const [dark, bright] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05) < 4.5;
      })
      .map((field) => `unreadable: ${field.outerHTML.slice(0, 160)}`);
  });
