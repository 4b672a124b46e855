// One's own account, those that one manages, and the log, in both languages, on a desk and on a phone.
//
//   RELIEFGRAPH_PASSWORD  the password of the server's accounts clerk, security and auditor (required)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, base, open, reader } from './reader.mjs';
import { schemeOf, sound as soundIn } from './sound.mjs';

const PASSWORD = process.env.RELIEFGRAPH_PASSWORD;
assert.ok(PASSWORD, 'RELIEFGRAPH_PASSWORD is not set');

const WORDS = {
  zh: {
    locale: 'zh-CN',
    mine: '我的账号',
    all: '账号管理',
    log: '审计日志',
    role: '经办员',
    make: '新建令牌',
    dueDays: '仅供日历订阅到期事项',
    label: '用途',
    end: '作废',
    confirm: '确认',
    add: '新建账号',
    name: '账号名',
    first: '初始密码',
    give: '新增授权',
    reason: '事由',
    where: '请选择地区或部门',
    held: '现行',
    takeBack: '收回',
    disable: '停用账号',
    disabled: '已停用',
    suspended: '停用中：账号启用后恢复',
    ended: /^security于.*收回$/,
    mayNot: '您的账号无权管理账号',
    change: '修改密码',
    differ: '两次输入的新密码不一致。',
    changed: '密码已修改',
    added: '新增',
    changedRow: '变更',
    checkpoint: '校验点',
    history: '变更记录',
  },
  en: {
    locale: 'en-GB',
    mine: 'My account',
    all: 'Accounts',
    log: 'Audit log',
    role: 'Clerk',
    make: 'Make a token',
    dueDays: 'Calendar of due days alone',
    label: 'Purpose',
    end: 'End',
    confirm: 'Confirm',
    add: 'Add an account',
    name: 'Account name',
    first: 'First password',
    give: 'Give a grant',
    reason: 'Reason',
    where: 'Choose a place or body',
    held: 'Holds now',
    takeBack: 'End',
    disable: 'Disable account',
    disabled: 'Disabled',
    suspended: 'Suspended: holds again when the account is enabled',
    ended: /^Ended by security/,
    mayNot: 'Your account may not manage accounts',
    change: 'Change password',
    differ: 'The two new passwords differ.',
    changed: 'The password is changed',
    added: 'Added',
    changedRow: 'Changed',
    checkpoint: 'Checkpoint',
    history: 'Changes',
  },
};

/** Signs in and leads to a page. */
async function openAs(page, name, path, password = PASSWORD) {
  await open(page, `/signin?back=${encodeURIComponent(path)}`);
  await page.locator('input[autocomplete=username]').fill(name);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(new URL(path, base).href);
  await answered(page);
}

for (const [language, words] of Object.entries(WORDS)) {
  for (const width of [360, 1440]) {
    const { locale } = words;
    const of = `${language}-${width}`;
    const sound = (page, where) => soundIn(page, where, schemeOf(locale, width));

    test(`one's own account, its tokens and its acts: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      await openAs(page, 'clerk', '/account');
      await page.getByRole('heading', { level: 1, name: words.mine }).waitFor();
      await page.getByText(words.role, { exact: true }).first().waitFor();
      await page.getByLabel(words.label, { exact: true }).fill(of);
      await page.getByRole('button', { name: words.make }).click();
      const secret = page.locator('.secret code');
      await secret.waitFor();
      assert.match(await secret.innerText(), /^rg_/);
      await page.getByLabel(words.label, { exact: true }).fill('日历');
      await page.getByLabel(words.dueDays).check();
      await page.getByRole('button', { name: words.make }).click();
      await page.waitForFunction(() => document.querySelector('.secret code')?.innerText.endsWith('.ics'));
      const calendar = await fetch(await secret.innerText());
      assert.match(await calendar.text(), /^BEGIN:VCALENDAR/);
      await answered(page);
      await sound(page, `account-${of}`);
      await page
        .getByRole('button', { name: `${words.end}`, exact: false })
        .first()
        .focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: words.confirm }).click();
      await page.locator('tr.over').first().waitFor();
      await page.locator('input[autocomplete=current-password]').fill(PASSWORD);
      await page.locator('input[autocomplete=new-password]').first().fill('another password');
      await page.locator('input[autocomplete=new-password]').last().fill('yet another password');
      await page.getByRole('button', { name: words.change }).click();
      await page.getByRole('alert').getByText(words.differ).waitFor();
      await open(page, '/accounts');
      await page.getByText(words.mayNot).waitFor();
      await sound(page, `forbidden-${of}`);
      // Of the log one's own acts.
      await open(page, '/audit');
      await page.getByText('clerk').first().waitFor();
      await open(page, '/c/533102/1.3');
      await page.getByRole('heading', { name: words.history }).waitFor();
      await sound(page, `cell-${of}`);
      await open(page, '/n/533102/disclosures');
      await page.locator('main tbody').getByRole('button', { name: words.history }).first().click();
      await answered(page);
      await sound(page, `document-${of}`);
      assert.deepEqual(faults, []);
    });

    test(`accounts are made, granted, taken back and disabled: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      await openAs(page, 'security', '/accounts');
      await sound(page, `accounts-${of}`);
      await page.getByRole('button', { name: words.add }).first().click();
      await page.getByLabel(words.name, { exact: true }).fill(`new.${of}`);
      await page.getByLabel(words.first).fill('a first password');
      await sound(page, `adding-${of}`);
      await page.getByRole('button', { name: words.add }).last().click();
      await page.waitForURL((url) => url.searchParams.get('search') === `new.${of}`);
      await answered(page);
      const choosePlace = async () => {
        await page
          .getByRole('combobox', { name: /地区或部门|Place or body/ })
          .last()
          .fill('勐卯');
        const found = page.locator('a[role=option]');
        await found.first().waitFor();
        if (width === 360) await found.first().click();
        else await page.keyboard.press('Enter');
        await page
          .locator('.chosen')
          .getByText(/533102/)
          .waitFor();
      };
      const takeBack = async () => {
        await page.getByRole('button', { name: words.takeBack }).last().click();
        await page.getByRole('button', { name: words.confirm }).click();
      };
      await page.getByRole('button', { name: words.give }).click();
      const reason = page.getByLabel(words.reason, { exact: true });
      await page.getByRole('button', { name: words.give }).last().click();
      assert.equal(await reason.evaluate((input) => input.validity.valueMissing), true);
      await reason.fill('轮岗');
      await page.getByRole('button', { name: words.give }).last().click();
      await page.getByRole('alert').getByText(words.where).waitFor();
      await choosePlace();
      await sound(page, `giving-${of}`);
      await page.getByRole('button', { name: words.give }).last().click();
      await page.getByText(words.held).first().waitFor();
      await takeBack();
      await page
        .getByText(/security/)
        .first()
        .waitFor();
      await page.locator('tr.over').waitFor();
      await page.getByRole('button', { name: words.give }).click();
      await reason.fill('轮岗');
      await choosePlace();
      await page.getByRole('button', { name: words.give }).last().click();
      await page.getByText(words.held).first().waitFor();
      await page.getByRole('button', { name: words.disable }).click();
      await page.getByRole('button', { name: words.confirm }).click();
      await page.getByText(words.disabled, { exact: true }).waitFor();
      // What it was granted gives nothing now, and is taken back, so that it does not come back with the account.
      await page.getByText(words.suspended).waitFor();
      await sound(page, `disabled-${of}`);
      await takeBack();
      await page.getByText(words.ended).nth(1).waitFor();
      assert.equal(await page.getByRole('button', { name: words.takeBack }).count(), 0);
      assert.deepEqual(faults, []);
    });

    test(`the log, narrowed and page by page: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      await openAs(page, 'auditor', '/audit?fact=account');
      await page.getByRole('heading', { name: words.log }).waitFor();
      await page.getByRole('heading', { name: words.checkpoint }).waitFor();
      await page.getByText(words.added, { exact: true }).first().waitFor();
      await sound(page, `audit-${of}`);
      await open(page, '/audit?fact=disclosures');
      assert.equal(await page.locator('main tbody tr').count(), 50);
      await page.locator('main p.unprinted button').last().click();
      await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length > 50);
      // An auditor reads what was written about every document.
      await open(page, '/n/533102/disclosures');
      await page.locator('main tbody').getByRole('button', { name: words.history }).first().click();
      await page.locator('.opened table').waitFor();
      await sound(page, `document-history-${of}`);
      assert.deepEqual(faults, []);
    });
  }
}

test('a new password ends the session, and is what one signs in by', async (t) => {
  const { page } = await reader(t);
  await openAs(page, 'changing', '/account');
  await page.locator('input[autocomplete=current-password]').fill(PASSWORD);
  for (const input of await page.locator('input[autocomplete=new-password]').all())
    await input.fill('一个谁也想不到的新密码');
  await page.getByRole('button', { name: WORDS.zh.change }).click();
  await page.getByText(WORDS.zh.changed).waitFor();
  await openAs(page, 'changing', '/account', '一个谁也想不到的新密码');
});
