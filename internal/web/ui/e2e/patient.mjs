// Readers whose answers take their time, and what moves when they come.
import { reader } from './reader.mjs';

const MOST = 0.02; // a fifth of what Core Web Vitals call good
const DELAY = 150; // ms

/** A reader whose answers take their time, and whose shifts are added up as the browser tells of them. */
export async function patientReader(t, options) {
  const read = await reader(t, options);
  await read.page.addInitScript((delay) => {
    // Not by the browser's interception, which loads every file of every page anew.
    const send = window.fetch;
    window.fetch = async (what, how) => {
      const { pathname } = new URL(what.url ?? what, window.location.href);
      if (pathname === '/graphql') await new Promise((done) => setTimeout(done, delay));
      return send(what, how);
    };
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
  }, DELAY);
  return read;
}

/** What moved more than it may since it was last asked. */
export async function moved(page, where) {
  if (await page.locator('.chart').count()) await page.locator('.chart svg').first().waitFor();
  // A shift is told of after the frame in which it was drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const shifts = await page.evaluate(() => window.shiftsUntilNow());
  const sum = shifts.reduce((sum, { value }) => sum + value, 0);
  return sum > MOST ? [`${where}: ${sum.toFixed(3)} ${shifts.flatMap(({ moved }) => moved).join(' | ')}`] : [];
}
