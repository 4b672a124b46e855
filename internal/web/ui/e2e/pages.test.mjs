// What holds on every page, in both languages and at every width, as it stands and as it is used. A page is loaded
// once for each, by a slow network, and looked at in all ways; patient and sound say what for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { moved, patientReader } from './patient.mjs';
import { ON, PAGES, base, open } from './reader.mjs';
import { amiss, schemeOf } from './sound.mjs';

async function openReason(page) {
  await page.locator('button.reason').first().click();
  await page.locator('.opened dl').waitFor();
}

// What of a page is used, one after the other.
const USES = {
  [`/n/533102?on=${ON}`]: [
    async function tilesAndTable(page) {
      await page.locator('button[aria-pressed=false]').click();
      await page.locator('summary').first().click();
    },
    async function search(page) {
      await page.getByRole('combobox').first().fill('wd');
      await page.getByRole('option').first().waitFor();
    },
  ],
  [`/n/533102/relief?on=${ON}`]: [(page) => page.locator('tbody summary').first().click()],
};

const STATES = [
  ...PAGES.map((page) => ({ ...page, uses: USES[page.path] })),
  { path: `/n/533102103?on=${ON}` },
  { path: `/n/${encodeURIComponent('533102/czj')}?on=${ON}` },
  { path: `/n/533102/compare?on=${ON}&within=PROVINCE` },
  { path: '/n/533102?on=2028-11-24', shows: 'p.notes' },
  { path: '/signin?back=%2Fn%2F533102' },
  { path: '/nothing-here', unfound: true },
  ...['group=body&status=OVERDUE', 'group=entry', 'group=oldest'].map((given) => ({
    path: `/n/533102/gaps?on=${ON}&${given}`,
    opening: openReason,
  })),
  {
    path: `/n/533102/gaps?on=${ON}&entry=2.1`,
    async opening(page) {
      await openReason(page);
      await page.locator('.opened table').waitFor();
    },
  },
];

/** That the files offered are there, each kind of them. */
async function offers(offered) {
  assert.deepEqual(
    [...new Set([...offered].map((address) => address.split('?')[0]))].sort(),
    [
      'bulletin.xlsx',
      ...[
        'catalog',
        'change',
        'coverage',
        'disclosures',
        'gaps',
        'matrix',
        'news',
        'orders',
        'ranking',
        'relief',
        'upcoming',
      ].flatMap((name) => [`${name}.csv`, `${name}.xlsx`]),
    ]
      .map((name) => `/export/${name}`)
      .sort(),
  );
  for (const address of offered) {
    const response = await fetch(new URL(address, base));
    const content = await response.arrayBuffer();
    assert.equal(response.status, 200, address);
    assert.ok(
      content.byteLength > 100 && response.headers.get('content-disposition').startsWith('attachment'),
      address,
    );
  }
}

describe('every page', { concurrency: 2 }, () => {
  for (const [language, locale, width, axeIn] of [
    ...[
      ['zh', 'zh-CN'],
      ['en', 'en-GB'],
    ].flatMap((of) => [1440, 360].map((width) => [...of, width, schemeOf(of[1], width)])),
    // Between the two it is seen whether the longer words find room; what axe finds it has found.
    ['en', 'en-GB', 768, 'none'],
  ]) {
    test(`${language}, ${width} px: shown whole, accessible, steady, from here alone, in one request`, async (t) => {
      const { page, faults, asked } = await patientReader(t, { locale, width });
      const found = [];
      const offered = new Set();
      const look = async (where) => found.push(...(await amiss(page, axeIn)).map((fault) => `${where} ${fault}`));
      for (const { path, opening, shows, uses = [], unfound = false, ...texts } of STATES) {
        await page.goto('about:blank'); // what the page before asked last is not asked by this one
        asked.length = 0;
        await open(page, path);
        found.push(...(await moved(page, path)));
        if (texts[language]) {
          await page.getByText(texts[language]).filter({ visible: true }).first().waitFor();
          // What if asks what there is to choose from first; the catalog is compared with its base; of an order it is
          // asked how its cells stood when it was issued.
          const most = /\/(whatif|catalog)\?|^\/o\//.test(path) ? 2 : 1;
          assert.ok(asked.length <= most, `${path} asked ${asked.map((request) => request.url()).join(' and ')}`);
          for (const address of await page
            .locator('a[href^="/export/"]')
            .evaluateAll((links) => links.map((link) => link.getAttribute('href'))))
            offered.add(address);
        }
        await opening?.(page);
        if (shows) await page.locator(shows).waitFor();
        if (language === 'en')
          assert.doesNotMatch(
            await page.locator('main').innerText(),
            /应公开|超期|缺口数|公开率/,
            `${path} has Chinese words of ours`,
          );
        await look(path);
        for (const use of uses) {
          await use(page);
          await look(`${path} used:`);
        }
        found.push(...faults.splice(0).filter((fault) => !unfound || !/status of 404/.test(fault)));
      }
      assert.deepEqual(found, []);
      if (width === 1440) await offers(offered);
    });
  }
});
