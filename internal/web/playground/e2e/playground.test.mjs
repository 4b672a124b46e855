// Opens the playground of a running server in headless Chromium.
//
//   RELIEFGRAPH_URL  base URL of the server, as http://127.0.0.1:8080 (required)
//   SCREENSHOT       where to write a picture of the page (optional)
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { buildClientSchema, getIntrospectionQuery, Kind, parse, validate } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { chromium } from 'playwright-core';
import { BROWSER } from '../../ui/e2e/browser.mjs';

const base = process.env.RELIEFGRAPH_URL;
assert.ok(base, 'RELIEFGRAPH_URL names no running server');
const { origin, hostname } = new URL(base);

const TIMEOUT = 30_000;
const contract = parse(
  await readFile(new URL('../../../../docs/contract/operations.graphql', import.meta.url), 'utf8'),
);
const variables = JSON.parse(await readFile(new URL('../src/variables.json', import.meta.url), 'utf8'));
const operations = contract.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
const recipes = new URL('../../../../docs/cookbook/', import.meta.url);
const questions = (await readdir(recipes)).filter((file) => file.endsWith('.graphql')).sort();
const READY = [
  ...operations.map(({ name }) => name.value),
  ...questions.map((file) => `Q${file.replace('-', '_').replace('.graphql', '')}`),
];

const axe = await readFile(new URL('../../ui/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

let browser;
let page;
const foreign = [];
const faults = [];

before(async () => {
  browser = await chromium.launch({
    executablePath: BROWSER,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // What is loaded from elsewhere cannot arrive, even where no event tells of it.
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}`,
    ],
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1,
    colorScheme: 'light',
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) foreign.push(url.href);
  });
  page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) foreign.push(socket.url());
  });
  // Monaco abandons work under way when a tab is left, and says so as an error.
  page.on('pageerror', (error) => {
    if (error.name !== 'Canceled') faults.push(`${error.name}: ${error.message}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`refused by policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  page.on('console', (message) => {
    if (/refused by policy|Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(new URL('/playground', base).href);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
});

after(async () => {
  await browser?.close();
});

const titles = () => page.locator('.graphiql-tab-button').evaluateAll((tabs) => tabs.map((t) => t.title));
const listed = () => page.locator('.ready li code').allInnerTexts();
const tab = (name) => page.locator(`.graphiql-tab-button[title="${name}"]`);

/** Opens a ready operation from the list. */
async function open(name) {
  await page.locator('.ready button', { has: page.getByText(name, { exact: true }) }).click();
  await page.locator('.graphiql-tab-active', { has: tab(name) }).waitFor();
}

/** Runs the operation of the tab shown and returns what the server answered. */
async function run(name) {
  const answered = page.waitForResponse((response) => {
    if (new URL(response.url()).pathname !== '/graphql') return false;
    return response.request().postDataJSON()?.operationName === name;
  });
  await page.locator('.graphiql-execute-button').click();
  return (await answered).json();
}

test('one tab is open; every operation of the contract and every question of the cookbook is listed', async () => {
  assert.deepEqual(await titles(), ['Welcome']);
  assert.deepEqual((await listed()).sort(), READY.toSorted());
  const untold = page.locator('.ready button', { has: page.locator('span:empty') });
  assert.equal(await untold.count(), 0, 'each is told in both languages');
  const { errors } = await run('Welcome');
  assert.equal(errors, undefined);
});

test('the list is used by keyboard; what is open is gone to, with what was written there', async () => {
  await page.locator('.ready button').first().focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.graphiql-tab-active', { has: tab('CoverageByChild') }).waitFor();
  await page.locator('.graphiql-query-editor').getByText('query', { exact: true }).first().waitFor();
  await page.locator('.graphiql-query-editor .view-line').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# mine ');
  await open('Roots');
  await open('CoverageByChild');
  assert.deepEqual(await titles(), ['Welcome', 'CoverageByChild', 'Roots']);
  await page.locator('.graphiql-query-editor').getByText('# mine').first().waitFor();
});

test('the list is accessible, in the light and in the dark', async () => {
  await page.evaluate(axe);
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() =>
      window.axe.run({ include: ['.ready', '.page-header'] }, { resultTypes: ['violations'] }),
    );
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
      [],
      colorScheme,
    );
  }
});

test('every ready operation fits the schema served', async () => {
  const response = await page.request.post(new URL('/graphql', base).href, {
    data: { query: getIntrospectionQuery() },
  });
  const schema = buildClientSchema((await response.json()).data);
  assert.deepEqual(validate(schema, contract).map(String), []);
  for (const { name, variableDefinitions } of operations) {
    const { errors = [] } = getVariableValues(schema, variableDefinitions, variables[name.value] ?? {});
    assert.deepEqual(errors.map(String), [], `src/variables.json, ${name.value}`);
  }
});

test('a query run there shows a figure', async () => {
  await open('CoverageByChild');
  const { data, errors } = await run('CoverageByChild');
  assert.equal(errors, undefined);
  const { name, coverage } = data.administrativeNode;
  assert.ok(Number.isInteger(coverage.required), `required is ${coverage.required}`);

  const shown = page.locator('.result-window .view-lines');
  await shown.getByText(`"required": ${coverage.required}`).first().waitFor();
  await shown.getByText(`"name": "${name}"`).first().waitFor();
});

test('Chinese is rendered, not drawn as empty boxes', async () => {
  const pictures = await page.evaluate(() => {
    const style = getComputedStyle(document.querySelector('.result-window .view-line'));
    return [...'救灾公开'].map((letter) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 48, height: 48 });
      const context = canvas.getContext('2d');
      context.font = `32px ${style.fontFamily}`;
      context.fillText(letter, 4, 36);
      return canvas.toDataURL();
    });
  });
  // Letters that a font lacks all look the same.
  assert.equal(new Set(pictures).size, pictures.length);
});

test('the docs explorer describes a type', async () => {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const docs = page.locator('.graphiql-doc-explorer');
  await docs.getByRole('combobox').fill('Coverage');
  await docs.getByRole('option', { name: 'Coverage', exact: true }).first().click();
  await docs.locator('.graphiql-doc-explorer-title', { hasText: /^Coverage$/ }).waitFor();
  const description = docs.locator('.graphiql-markdown-description').first();
  assert.notEqual((await description.innerText()).trim(), '');

  if (process.env.SCREENSHOT) {
    await page.mouse.move(0, 0);
    await page.screenshot({ path: process.env.SCREENSHOT });
  }
});

test('every ready query answers', async () => {
  // Mutations write, so they are only checked against the schema; subscriptions have no end.
  const others = operations.filter(({ operation }) => operation !== 'query').map(({ name }) => name.value);
  await page.getByRole('button', { name: 'Show 现成查询 Ready operations' }).click();
  for (const name of READY.filter((name) => !others.includes(name))) {
    await open(name);
    const { errors } = await run(name);
    // The log takes an account, and nobody has signed in.
    const refused = name === 'Audit' ? ['UNAUTHENTICATED'] : undefined;
    assert.deepEqual(
      errors?.map(({ extensions }) => extensions.code),
      refused,
      name,
    );
  }
});

test('figures are followed until one stops', async () => {
  await open('LiveCoverage');
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.result-window .view-lines').getByText('"token"').first().waitFor();
  await page.getByRole('button', { name: /Stop/ }).click();
  await page.getByRole('button', { name: /Execute/ }).waitFor();
});

test('what is known now is asked of a moment after the data came in', async () => {
  await open('KnownAt');
  const { data } = await run('KnownAt');
  assert.ok(data.knownAt.administrativeNode.coverage.required > 0);
});

test('what is open is kept for the next visit, until one starts over', async () => {
  const editor = page.locator('.graphiql-query-editor .view-line').first();
  const before = await titles();
  await tab('Roots').hover();
  await page
    .locator('.graphiql-tab', { has: tab('Roots') })
    .locator('.graphiql-tab-close')
    .click();
  await tab('Roots').waitFor({ state: 'detached' });
  // GraphiQL stores what it shows after a short rest.
  await page.waitForFunction(() => !localStorage.getItem('graphiql:tabState').includes('query Roots'));
  await page.reload();
  await editor.waitFor();
  assert.deepEqual(
    await titles(),
    before.filter((name) => name !== 'Roots'),
  );

  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Start over' }).click()]);
  await editor.waitFor();
  assert.deepEqual(await titles(), ['Welcome']);
});

test('nothing was loaded from elsewhere and no policy was broken', () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(faults, []);
});
