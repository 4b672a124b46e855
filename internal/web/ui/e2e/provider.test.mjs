// Signing in by a provider, which signs whoever comes in at once: as who is bound to an account, and as who is not.
//
//   RELIEFGRAPH_SUBJECT  who the provider says it is (required)
//   RELIEFGRAPH_BOUND    the account that is bound to that; none: no account is
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { misshapen } from './misshapen.mjs';
import { ON, answered, base, open, reader } from './reader.mjs';

const { RELIEFGRAPH_SUBJECT: SUBJECT, RELIEFGRAPH_BOUND: BOUND } = process.env;
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
  await page.getByRole('button', { name: BUTTON }).waitFor();
});
