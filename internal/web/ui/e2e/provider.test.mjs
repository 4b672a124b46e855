// Signing in by a provider, which signs whoever comes in at once: as who is bound to an account, and as who is not.
//
//   RELIEFGRAPH_SUBJECT  who the provider says it is (required)
//   RELIEFGRAPH_BOUND    the account that is bound to that; none: no account is, and 张三 is to be bound by `security`
//   RELIEFGRAPH_PASSWORD the password of `security`
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './accessible.mjs';
import { misshapen } from './misshapen.mjs';
import { ON, answered, base, open, reader } from './reader.mjs';

const { RELIEFGRAPH_SUBJECT: SUBJECT, RELIEFGRAPH_BOUND: BOUND, RELIEFGRAPH_PASSWORD: PASSWORD } = process.env;
const BACK = `/n/533102/gaps?on=${ON}`;
const BUTTON = '用单位统一身份登录';

test('signs in by the provider, or is told why not', async (t) => {
  const { page } = await reader(t, { width: 360 });
  await open(page, BACK);
  await page.locator('header').getByRole('link', { name: '登录' }).click();
  await page.getByRole('button', { name: BUTTON }).click();
  if (BOUND) {
    await page.waitForURL(new URL(BACK, base).href);
    await answered(page);
    await page.locator('header').getByRole('button', { name: BOUND }).waitFor();
    return;
  }
  await page.getByRole('alert').getByText('没有与您的统一身份绑定的账号').waitFor();
  await page.getByRole('alert').getByText(SUBJECT).waitFor();
  assert.deepEqual(await misshapen(page), []);
  await binds(t);
  await page.getByRole('button', { name: BUTTON }).click();
  await page.locator('header').getByRole('button', { name: '张三' }).waitFor();
});

/** A security administrator binds the subject that was told to an account. */
async function binds(t) {
  const { page } = await reader(t, { width: 1440 });
  await open(page, '/signin?back=%2Faccounts%3Fsearch%3D张三');
  await page.locator('main input[autocomplete="username"]').fill('security');
  await page.locator('main input[type="password"]').fill(PASSWORD);
  await page.locator('main').getByRole('button', { name: '登录', exact: true }).click();
  await page.getByText('未绑定').waitFor();
  await page.getByRole('button', { name: '绑定统一身份' }).click();
  await page.getByRole('textbox', { name: '统一身份标识' }).fill(SUBJECT);
  assert.deepEqual([...(await misshapen(page)), ...(await violations(page))], []);
  await page.locator('form').getByRole('button', { name: '绑定统一身份' }).click();
  await page.locator('code').getByText(SUBJECT).waitFor();
}
