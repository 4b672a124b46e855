// What was known when: pages as they stood at an instant, and two states side by side, in both languages.
//
//   RELIEFGRAPH_KNOWN  an instant after which 533102401 published 1.3, and a concern and relief of 533102 came in, and
//                     of the orders of 533102401 kept-1 was withdrawn and kept-2 came in, by Shanghai's clock
//                     (required)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, answer, answered, open, reader } from './reader.mjs';
import { picture, schemeOf, sound as soundIn } from './sound.mjs';

const KNOWN = process.env.RELIEFGRAPH_KNOWN;
assert.ok(KNOWN, 'RELIEFGRAPH_KNOWN is not set');
const AT = `on=${ON}&known=${KNOWN}`;
const LATE = '/c/533102401/1.3';

const WORDS = {
  zh: {
    locale: 'zh-CN',
    banner: /以.*的记录为准/,
    choose: '查看以往时点的记录',
    day: '记录截至日期',
    time: /^时刻/,
    show: '查看',
    wrong: '请填写已经过去的日期和时刻',
    another: '更改时点',
    present: '返回现在的记录',
    compare: '与现在对照',
    notHere: '不能按以往时点的记录显示',
    unknown: '当时的记录中没有代码为',
    only: '只按现在的记录提供',
    total: (n) => `共${n}个缺口`,
    closed: '当时是缺口，现在不是（1）',
    received: '收到',
    passedDown: '下拨',
    whole: /已对照全部\d+个公开主体/,
    taken: '已签收',
    withdrawn: '已撤销',
    noOrder: '没有此督办，或不供您查看',
  },
  en: {
    locale: 'en-GB',
    banner: /As it stood at /,
    choose: 'As it stood on …',
    day: 'Records up to',
    time: /^Time, if any/,
    show: 'Show',
    wrong: 'Name a day and time that have passed.',
    another: 'Another instant',
    present: 'Back to the present',
    compare: 'Compare with the present',
    notHere: 'cannot be shown as it stood',
    unknown: 'was on record then',
    only: 'of the present records alone',
    total: (n) => `${n} gaps`,
    closed: 'A gap then, none now (1)',
    received: 'Received',
    passedDown: 'Passed on',
    whole: /All \d+ bodies compared/,
    taken: 'Received',
    withdrawn: 'Withdrawn',
    noOrder: 'There is no such order, or you may not see it',
  },
};

const ground = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** What is known of the county, now and then: its gaps and its documents. */
async function figures() {
  const of = `gaps(asOf: $on) { totalCount } disclosures(filter: { to: $on }) { totalCount }`;
  const { now, then } = await answer(
    `query ($instant: DateTime!, $on: Date!) {
      now: administrativeNode(code: "533102") { ${of} }
      then: knownAt(instant: $instant) { administrativeNode(code: "533102") { ${of} } }
    }`,
    { instant: `${KNOWN}+08:00`, on: ON },
  );
  const counts = ({ gaps, disclosures }) => ({ gaps: gaps.totalCount, documents: disclosures.totalCount });
  return { now: counts(now), then: counts(then.administrativeNode) };
}

// Each language at one width: pages.test.mjs looks at the pages in both at every width.
for (const [language, words] of Object.entries(WORDS)) {
  for (const width of [language === 'zh' ? 360 : 1440]) {
    const { locale } = words;
    const of = `${language}-${width}`;
    const sound = (page, where) => soundIn(page, where, schemeOf(locale, width));

    test(`pages as they stood, and back: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      const { now, then } = await figures();
      assert.equal(then.gaps, now.gaps + 1, 'the document closed a gap');
      await open(page, `/n/533102/gaps?on=${ON}`);
      await page.getByText(words.total(now.gaps)).waitFor();
      const present = await ground(page);
      await open(page, `/n/533102/gaps?${AT}`);
      await page.getByText(words.total(then.gaps)).waitFor();
      await page.getByText(words.banner).first().waitFor();
      await page.getByText(words.only).waitFor();
      assert.match(await page.title(), words.banner);
      assert.notEqual(await ground(page), present, 'another tone');
      await page.locator('button.reason').first().click();
      await answered(page);
      assert.equal(await page.locator('.detail [role=alert]').count(), 0);
      await sound(page, `known-gaps-${of}`);
      // Links stay in the state.
      await page.locator('nav.path a, nav.views a').first().click();
      await answered(page);
      assert.equal(new URL(page.url()).searchParams.get('known'), KNOWN);
      await open(page, `/n/533102?${AT}`);
      await sound(page, `known-node-${of}`);
      await open(page, `${LATE}?${AT}`);
      assert.equal(await page.locator('p.now .mark.COVERED').count(), 0);
      await sound(page, `known-cell-${of}`);
      await page.getByRole('link', { name: words.present }).click();
      await page.locator('p.now .mark.COVERED').waitFor();
      assert.equal(await ground(page), present);
      assert.equal(new URL(page.url()).search, `?on=${ON}`);
      assert.deepEqual(faults, []);
    });

    test(`every page has what was known: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      const { now, then } = await figures();
      assert.equal(then.documents, now.documents - 1, 'one document came later');
      const cell = 'tbody a[href^="/c/533102401/1.3"]';
      for (const [query, status] of [
        ['', '.COVERED'],
        [`&known=${KNOWN}`, ':not(.COVERED)'],
      ]) {
        await open(page, `/n/533102401/matrix?on=${ON}${query}`);
        await page.locator(`${cell} .mark${status}`).waitFor();
      }
      for (const view of [
        'matrix',
        'bulletin',
        'relief',
        'change',
        'compare',
        'upcoming',
        'disclosures',
        'news',
        'orders',
        'exemptions',
      ]) {
        await open(page, `/n/533102/${view}?${AT}`);
        await page.getByText(words.banner).first().waitFor();
        await answered(page);
        assert.equal(await page.locator('main [role=alert]').count(), 0, view);
        if (view === 'matrix' || view === 'relief')
          await sound(page, `known-${view}-${of}`); // tables and charts in the other tone
        else await picture(page, `known-${view}-${of}`);
      }
      for (const [query, { documents }] of [
        ['', now],
        [`&known=${KNOWN}`, then],
      ]) {
        await open(page, `/n/533102/disclosures?on=${ON}${query}`);
        await page.waitForFunction(
          (n) => document.querySelector('#documents')?.innerText.replace(/\D/g, '') === n,
          String(documents),
        );
      }
      assert.deepEqual(faults, []);
    });

    test(`orders as they stood: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      const path = '/o/533102401/kept-1';
      for (const [query, state, happened, listed] of [
        ['', words.withdrawn, 2, ['kept-1', 'kept-2']],
        [`&known=${KNOWN}`, words.taken, 1, ['kept-1']],
      ]) {
        await open(page, `${path}?on=${ON}${query}`);
        await page.locator('p.now').getByText(state, { exact: true }).waitFor();
        assert.equal(await page.locator('.events > li').count(), happened + 1, 'the issue and what followed');
        for (const [at, rows] of [
          ['/n/533102/orders?publisher=533102401&', 'main tbody a'],
          ['/n/533102401?', 'main section a'],
          ['/c/533102401/1.3?', 'main section a'],
        ]) {
          await open(page, `${at}on=${ON}${query}`);
          await page.locator(rows, { hasText: 'kept-1' }).first().waitFor();
          await answered(page);
          const texts = await page.locator(rows, { hasText: 'kept-' }).allInnerTexts();
          const refs = texts.map((text) => /kept-\d/.exec(text)[0]);
          assert.deepEqual([...new Set(refs)].sort(), listed, at);
        }
        if (query) await sound(page, `known-orders-${of}`);
      }
      // What came later is not there; it is by the present records.
      await open(page, `/o/533102401/kept-2?${AT}`);
      await page.getByRole('heading', { name: words.noOrder }).waitFor();
      await page.getByRole('link', { name: words.present }).click();
      await page.getByText('迟来的督办').first().waitFor();
      assert.deepEqual(faults, []);
    });

    test(`an instant is chosen; what is not shown says so: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      await open(page, '/n/533102');
      await page.getByRole('button', { name: words.choose }).press('Enter');
      await page.getByLabel(words.day).fill('2001-02-03');
      await page.getByLabel(words.time).fill('04:05');
      await sound(page, `known-choosing-${of}`);
      await page.getByRole('button', { name: words.show, exact: true }).click();
      await page.getByText(words.unknown).waitFor();
      assert.equal(new URL(page.url()).searchParams.get('known'), '2001-02-03T04:05');
      await page.getByRole('button', { name: words.another }).click();
      await page.getByLabel(words.day).fill(new Date(Date.now() + 8 * 3.6e6).toISOString().slice(0, 10));
      await page.getByLabel(words.time).fill('23:59');
      await page.getByRole('button', { name: words.show, exact: true }).click();
      await page.getByRole('alert').getByText(words.wrong).waitFor();
      for (const view of ['catalog', 'whatif']) {
        await open(page, `/n/533102/${view}?${AT}`);
        await page.getByRole('heading', { level: 1 }).getByText(words.notHere).waitFor();
      }
      await sound(page, `known-not-${of}`);
      assert.deepEqual(faults, []);
    });

    test(`two states side by side: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      await open(page, `/n/533102?${AT}`);
      await page.getByRole('link', { name: words.compare }).click();
      await page.getByText(words.whole).waitFor();
      await answered(page);
      const rows = page.locator('section[aria-labelledby=cells] tbody tr', { hasText: '1.3' });
      assert.equal(await rows.locator('.mark.COVERED').count(), 1);
      // What changes no status is told too.
      const texts = (part) =>
        page
          .locator(`section[aria-labelledby=${part}] tbody tr`)
          .allInnerTexts()
          .then((all) => all.map((text) => text.replace(/\s+/g, ' ')));
      const [concern, ...noConcern] = await texts('concerns');
      assert.match(concern, /迟来的关切/);
      assert.deepEqual(noConcern, []);
      const [donated, allocated, ...noMovement] = await texts('movements');
      assert.match(donated, /late-4.* 1,234\.50/);
      assert.match(allocated, /late-3.* 1,000\.00 → (is now |改为 )?1,234,567\.00/);
      assert.deepEqual(noMovement, []);
      const relief = await texts('relief');
      const moved = (name) => relief.filter((text) => text.includes(name)).map((text) => text.split(' ').at(-1));
      assert.deepEqual(moved(words.received), ['+1,234.50', '+1,234.50']);
      assert.deepEqual(moved(words.passedDown), ['+1,233,567.00', '+1,233,567.00']);
      assert.equal((await texts('goods')).length, 2, 'received and held');
      await sound(page, `known-late-${of}`);
      await page.locator('main select').last().selectOption({ label: words.closed });
      assert.equal(new URL(page.url()).searchParams.get('kind'), 'closed');
      assert.equal(
        await page
          .locator('#cells')
          .innerText()
          .then((text) => text.replace(/\D/g, '')),
        '1',
      );
      // Each status leads to its own state.
      await rows.getByRole('link').first().click();
      await answered(page);
      assert.equal(new URL(page.url()).searchParams.get('known'), KNOWN);
      await page.goBack();
      await answered(page);
      await rows.getByRole('link').last().click();
      await answered(page);
      assert.equal(new URL(page.url()).searchParams.get('known'), null);
      assert.deepEqual(faults, []);
    });
  }
}
