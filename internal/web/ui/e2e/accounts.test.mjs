// Signing in and out, one's own account and those that one manages, in both languages, by keyboard and on a phone.
//
//   RELIEFGRAPH_PASSWORD  the password of the server's accounts clerk and security (required)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, answered, base, open, reader } from './reader.mjs';
import { sound } from './sound.mjs';

const PASSWORD = process.env.RELIEFGRAPH_PASSWORD;
assert.ok(PASSWORD, 'RELIEFGRAPH_PASSWORD is not set');
const BACK = `/n/533102/gaps?on=${ON}`;
// What the interface refuses is an answer like others.
const surprising = (faults) => faults.filter((fault) => !/status of (401|429)/.test(fault));

const WORDS = {
  zh: {
    locale: 'zh-CN',
    signIn: '登录',
    signOut: '退出',
    name: '账号名',
    password: '密码',
    wrong: '账号名或密码不正确。',
    often: '请在15分钟后再试',
    public: '查看公开情况无需登录。',
  },
  en: {
    locale: 'en-GB',
    signIn: 'Sign in',
    signOut: 'Sign out',
    name: 'Account name',
    password: 'Password',
    wrong: 'The name or the password is wrong.',
    often: 'Try again in 15 minutes.',
    public: 'What is public is shown without signing in.',
  },
};

/** Signs in by keyboard on the page that does. */
async function signIn(page, name, password) {
  await page.locator('input[autocomplete=username]').fill(name);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.keyboard.press('Enter');
}

/** Opens a page as one who has signed in by a press on the demo's accounts. */
async function openAs(page, name, path) {
  await open(page, `/signin?back=${encodeURIComponent(path)}`);
  await page.locator('main').getByRole('button', { name }).click();
  await page.waitForURL(new URL(path, base).href);
  await answered(page);
}

const opener = (page, name) => page.locator('header').getByRole('button', { name });

for (const words of Object.values(WORDS)) {
  const { locale } = words;

  test(`signs in, wrong and right, goes back to the page before, and out: ${locale}`, async (t) => {
    const { page, faults, asked } = await reader(t, { locale, width: 360 });
    const addresses = [];
    page.on('request', (request) => addresses.push(request.url()));
    await open(page, BACK);
    assert.equal(asked.length, 1, 'nobody is signed in, and who is was asked');
    await page.locator('header').getByRole('link', { name: words.signIn }).click();
    await page.getByText(words.public).waitFor();
    await signIn(page, 'clerk', 'not the password');
    await page.getByRole('alert').getByText(words.wrong).waitFor();
    await sound(page, 'signing in');
    await signIn(page, 'clerk', PASSWORD);
    await page.waitForURL(new URL(BACK, base).href);
    await answered(page);
    await opener(page, '市级经办员').press('Enter');
    await sound(page, 'the menu');
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('button', { name: words.signOut }).count(), 0);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: words.signOut }).click();
    await page.locator('header').getByRole('link', { name: words.signIn }).waitFor();
    assert.equal(new URL(page.url()).pathname, new URL(BACK, base).pathname);
    assert.ok(addresses.every((address) => !decodeURIComponent(address).includes(PASSWORD)));
    assert.deepEqual(surprising(faults), []);
  });

  test(`too many tries are told with the time to wait: ${locale}`, async (t) => {
    const { page } = await reader(t, { locale });
    await page.route('**/session', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 429, headers: { 'Retry-After': '841' } })
        : route.continue(),
    );
    await open(page, '/signin');
    await signIn(page, 'clerk', PASSWORD);
    await page.getByRole('alert').getByText(words.often).waitFor();
  });
}

test('signing in leads to pages of ours alone', async (t) => {
  const { page } = await reader(t);
  for (const back of ['https://gov.example/n/1', '//gov.example/n/1', '/\\gov.example', '/signin', '/playground/']) {
    await open(page, `/signin?back=${encodeURIComponent(back)}`);
    await page.locator('main').getByRole('button', { name: '市级经办员' }).click();
    await page.waitForURL((url) => url.origin === new URL(base).origin && url.pathname.startsWith('/n/'));
  }
});

test('what was kept for one account is not there for the next', async (t) => {
  const { page } = await reader(t, { worker: true });
  const kept = () =>
    page.evaluate(async () => Boolean(await caches.match('/graphql?of-the-clerk', { cacheName: 'answers-1' })));
  await openAs(page, '市级经办员', BACK);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await answered(page);
  assert.deepEqual(
    await page.evaluate(() => caches.keys().then((names) => names.filter((name) => name.startsWith('answers-')))),
    ['answers-1'],
  );
  await page.evaluate(async () =>
    (await caches.open('answers-1')).put('/graphql?of-the-clerk', new Response('what it alone may see')),
  );
  assert.ok(await kept());
  await opener(page, '市级经办员').click();
  await page.getByRole('button', { name: '退出' }).click();
  await page.locator('header').getByRole('link', { name: '登录' }).waitFor();
  assert.equal(await kept(), false);
});

test('what an account saw is not shown without a network for longer than a session lasts', async (t) => {
  const { page, context } = await reader(t, { worker: true });
  await openAs(page, '市级经办员', BACK);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload(); // from here on the worker answers
  await open(page, BACK);
  await context.setOffline(true);
  await open(page, BACK);
  await page.getByText(/离线：显示.*留存的数据/).waitFor();
  // All that was kept was kept 13 hours ago.
  await page.evaluate(async () => {
    const answers = await caches.open('answers-1');
    for (const request of await answers.keys()) {
      const kept = await answers.match(request, { ignoreVary: true });
      const headers = new Headers(kept.headers);
      headers.set('X-Kept-At', new Date(Date.now() - 13 * 3.6e6).toISOString());
      await answers.put(request, new Response(await kept.text(), { headers }));
    }
  });
  await page.goto(new URL(BACK, base).href);
  await page.getByText('网络未连接').waitFor();
});

test('who signed out in another window is signed out in this one', async (t) => {
  const { page, context } = await reader(t);
  await openAs(page, '市级经办员', BACK);
  const other = await context.newPage();
  await open(other, BACK);
  await opener(other, '市级经办员').click();
  await other.getByRole('button', { name: '退出' }).click();
  await page.locator('header').getByRole('link', { name: '登录' }).waitFor();
});
