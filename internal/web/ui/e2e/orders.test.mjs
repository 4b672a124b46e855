// The ways of a supervisor and a clerk through an order, from a gap to its closing, orders to many bodies at once, and
// a request for exemption: in both languages, on a desk and on a phone.
//
//   RELIEFGRAPH_PASSWORD  the password of the accounts clerk and supervisor, of 533102 and all below (required)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, answered, base, open, reader } from './reader.mjs';
import { schemeOf, sound as soundIn } from './sound.mjs';

const PASSWORD = process.env.RELIEFGRAPH_PASSWORD;
assert.ok(PASSWORD, 'RELIEFGRAPH_PASSWORD is not set');

const WORDS = {
  zh: {
    locale: 'zh-CN',
    issue: '签发督办',
    kind: '督办类型',
    kinds: { URGE: '催办', RECTIFY: '责令整改', CRITICISE: '通报批评' },
    text: '督办内容',
    basis: '依据',
    number: '编号',
    receive: '签收',
    received: '已签收',
    answer: '反馈',
    answeredState: '已反馈',
    done: '办理情况',
    find: '按标题查找',
    refs: '或填写公开信息编号',
    unknown: '没有该编号的公开信息',
    ask: '申请延期',
    why: '申请理由',
    due: '新的办理期限',
    decide: '决定延期',
    asked: '申请延期至',
    remarks: /^意见/,
    return: '退回',
    returned: '已退回',
    returnWhy: '退回理由',
    days: '办理时限（工作日）',
    close: '办结',
    closed: '已办结',
    still: '今天仍是缺口',
    reason: '办结理由',
    withdraw: '撤销',
    withdrawWhy: '撤销理由',
    withdrawn: '已撤销',
    remark: '备注',
    remarkText: '备注内容',
    confirm: (act) => `确认${act}`,
    ofCell: '对此栏目的督办',
    ofBody: '对本单位的督办',
    ledger: '督办台账',
    many: '批量签发督办',
    choose: (name) => `选择${name}的全部缺口`,
    chosen: /^已选/,
    issueTo: (n) => `向${n}个单位签发`,
    taken: '该编号已被使用',
    issuedOf: (n, of) => `${of}件中已签发${n}件`,
    exempt: '申请豁免',
    exemptWhy: '申请理由',
    requested: '豁免申请已提交',
    requests: '豁免申请',
    decideIt: '测算并决定',
    ifGranted: '如予同意',
    grant: '同意豁免',
    granted: '已同意豁免',
    unseen: '没有此督办，或不供您查看',
    slip: '督办单',
  },
  en: {
    locale: 'en-GB',
    issue: 'Issue an order',
    kind: 'Kind',
    kinds: { URGE: 'Reminder', RECTIFY: 'Order to rectify', CRITICISE: 'Public criticism' },
    text: 'What is demanded',
    basis: 'Basis',
    number: 'Number',
    receive: 'Receive',
    received: 'Received',
    answer: 'Answer',
    answeredState: 'Answered',
    done: 'What was done',
    find: 'documents by title',
    refs: 'Or give their refs',
    unknown: 'no document of this ref',
    ask: 'Ask for an extension',
    why: 'Why more time is needed',
    due: 'New due day',
    decide: 'Decide the extension',
    asked: 'Asked for:',
    remarks: /^Remarks/,
    return: 'Return',
    returned: 'Returned',
    returnWhy: 'Why it is returned',
    days: 'Working days allowed',
    close: 'Accept',
    closed: 'Accepted',
    still: 'still gaps today',
    reason: 'Reason for accepting it all the same',
    withdraw: 'Withdraw',
    withdrawWhy: 'Why it is withdrawn',
    withdrawn: 'Withdrawn',
    remark: 'Add a remark',
    remarkText: 'Remark',
    confirm: (act) => `${act}: confirm`,
    ofCell: 'What was ordered about this item',
    ofBody: 'What was ordered of this body',
    ledger: 'Ledger of orders',
    many: 'Issue orders to several bodies',
    choose: (name) => `Choose all gaps of ${name}`,
    chosen: /chosen: issue to/,
    issueTo: (n) => `Issue to ${n} ${n === 1 ? 'body' : 'bodies'}`,
    taken: 'number is used already',
    issuedOf: (n, of) => `${n} of ${of} issued`,
    exempt: 'Ask for an exemption',
    exemptWhy: 'Why',
    requested: 'a supervisor decides it',
    requests: 'Exemption requests',
    decideIt: 'See what would be, and decide',
    ifGranted: 'If it were granted',
    grant: 'Grant the exemption',
    granted: 'Granted',
    unseen: 'There is no such order, or you may not see it',
    slip: 'Order',
  },
};

/** Signs in and leads to a page. */
async function openAs(page, name, path) {
  await open(page, `/signin?back=${encodeURIComponent(path)}`);
  await page.locator('input[autocomplete=username]').fill(name);
  await page.locator('input[autocomplete=current-password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(new URL(path, base).href);
  await answered(page);
}

/** Gaps of bodies below 533102 that have documents of their own: for each run others. */
async function gapsOf(run) {
  const { administrativeNode: node } = await answer(`{
    administrativeNode(code: "533102") {
      gaps(first: 500) { edges { node { publisher { code } entry { code } } } }
      disclosures(first: 500) { nodes { title publisher { code } } } } }`);
  const bodies = new Map();
  for (const { node: gap } of node.gaps.edges) {
    const { code } = gap.publisher;
    const titles = node.disclosures.nodes.filter(({ publisher }) => publisher.code === code);
    if (code === '533102' || !titles.length) continue;
    bodies.set(code, [...(bodies.get(code) ?? []), { body: code, entry: gap.entry.code, title: titles[0].title }]);
  }
  const gaps = [...bodies.values()].flatMap((all) => all.slice(0, 2));
  assert.ok(gaps.length >= 8, `${gaps.length} gaps`);
  return gaps.slice(run * 2, run * 2 + 2);
}

const main = (page) => page.locator('form .main').last();
/** Presses an act of an order, fills its form, and sends it by the keyboard. */
async function act(page, words, name, fill = async () => {}) {
  await page.getByRole('button', { name, exact: true }).first().click();
  const form = page.getByRole('form', { name, exact: true });
  await fill(form);
  await form.getByRole('button', { name: words.confirm(name) }).focus();
  await page.keyboard.press('Enter');
  return form;
}
const gone = async (page, form) => {
  await form.waitFor({ state: 'detached' });
  await answered(page);
};

let run = 0;
// Each language at one width: pages.test.mjs looks at the pages in both at every width.
for (const [language, words] of Object.entries(WORDS)) {
  for (const width of [language === 'zh' ? 1440 : 360]) {
    const { locale } = words;
    const of = `${language}-${width}`;
    const sound = (page, where) => soundIn(page, `${where}-${of}`, schemeOf(locale, width));
    const mine = run++;

    test(`an order from a gap to its closing: ${of}`, async (t) => {
      const [{ body, entry, title }] = await gapsOf(mine);
      const { page, faults } = await reader(t, { locale, width });
      const { page: clerk, faults: hers } = await reader(t, { locale, width });
      const code = encodeURIComponent(body);

      // Issued from the gap, with body and item filled in.
      await openAs(page, 'supervisor', `/n/${code}/gaps?entry=${entry}`);
      await page.locator('button.reason').first().click();
      await page.locator('.opened dl').waitFor();
      await page.getByRole('button', { name: words.issue, exact: true }).click();
      const form = page.getByRole('form', { name: words.issue });
      await form.getByLabel(words.kind).selectOption({ label: words.kinds.RECTIFY });
      await form.getByLabel(words.text).fill(`请公开所缺信息\n${of}`);
      await form.getByLabel(words.basis).fill('《中华人民共和国政府信息公开条例》第四十七条');
      await page.waitForFunction(() => document.querySelector('form.issue li input').value);
      const ref = await form.getByLabel(words.number).inputValue();
      assert.match(ref, /^督办-\d{8}-\d{3}$/);
      assert.ok(await form.locator('li input[type=checkbox]').isChecked());
      await sound(page, 'issuing');
      await main(page).focus();
      await page.keyboard.press('Enter');
      await form.getByRole('link', { name: ref }).waitFor();
      await answered(page);
      const path = `/o/${code}/${encodeURIComponent(ref)}`;
      await page.goto(new URL(path, base).href);
      await answered(page);
      await sound(page, 'issued');

      // Who may not see it is not told that it is there.
      const { page: nobody } = await reader(t, { locale, width });
      await open(nobody, path);
      await nobody.getByRole('heading', { name: words.unseen }).waitFor();
      await sound(nobody, 'unseen');

      // Received; more time asked for and granted, the day as it was asked for.
      await openAs(clerk, 'clerk', path);
      await gone(clerk, await act(clerk, words, words.receive));
      await clerk.getByText(words.received, { exact: true }).first().waitFor();
      let late = '';
      const asking = await act(clerk, words, words.ask, async (form) => {
        const day = form.getByLabel(words.due);
        late = new Date(Date.parse(await day.getAttribute('min')) + 6 * 86_400_000).toISOString().slice(0, 10);
        await day.fill(late);
        await form.getByLabel(words.why).fill('材料正在核实');
      });
      await gone(clerk, asking);
      await open(page, path);
      await page.getByText(words.asked).first().waitFor();
      const deciding = await act(page, words, words.decide, async (form) => {
        assert.equal(await form.getByLabel(words.due).inputValue(), late);
        await form.getByLabel(words.remarks).fill('同意');
        await sound(page, 'deciding');
      });
      await gone(page, deciding);

      // Answered with a document that is found and one that is not there, which is told at the field.
      await open(clerk, path);
      const answering = await act(clerk, words, words.answer, async (form) => {
        await form.getByLabel(words.done).fill('已经公开');
        await form.getByLabel(words.find).fill(title.slice(0, 20));
        await form.locator('.found input').first().check();
        await form.getByLabel(words.refs).fill('nowhere-1');
      });
      await answering.getByRole('alert').getByText(words.unknown).waitFor();
      assert.equal(await answering.getByLabel(words.refs).getAttribute('aria-invalid'), 'true');
      await sound(clerk, 'answering');
      await answering.getByLabel(words.refs).fill('');
      await answering.getByRole('button', { name: words.confirm(words.answer) }).click();
      await gone(clerk, answering);
      await clerk.locator('.events').getByText(title).waitFor();

      // Returned, and answered again.
      await open(page, path);
      const returning = await act(page, words, words.return, async (form) => {
        await form.getByLabel(words.returnWhy).fill('所附文件与栏目不符');
        await form.getByLabel(words.days).fill('3');
      });
      await gone(page, returning);
      await page.getByText(words.returned, { exact: true }).first().waitFor();
      await open(clerk, path);
      await gone(
        clerk,
        await act(clerk, words, words.answer, (form) => form.getByLabel(words.done).fill('已补充公开，请予核查')),
      );
      await gone(
        clerk,
        await act(clerk, words, words.remark, (form) => form.getByLabel(words.remarkText).fill('联系人：张三')),
      );

      // Closed while the cell is a gap: for a reason alone.
      await open(page, path);
      const closing = await act(page, words, words.close);
      await closing.getByText(words.still).waitFor();
      assert.ok(await closing.locator('textarea:invalid').count());
      await sound(page, 'closing');
      await closing.getByLabel(words.reason).fill('该栏目的信息已在上级网站公开');
      await closing.getByRole('button', { name: words.confirm(words.close) }).click();
      await gone(page, closing);
      await page.getByText(words.closed, { exact: true }).first().waitFor();
      await sound(page, 'closed');
      assert.equal(await page.locator('.events > li').count(), 9);

      // On paper it is the slip.
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('.slip').getByText(words.slip, { exact: true }).isVisible(), true);
      assert.equal(await page.locator('.events').isVisible(), false);
      for (const text of [ref, entry, '第四十七条'])
        assert.ok((await page.locator('.slip').innerText()).includes(text));
      await page.emulateMedia({ media: 'screen' });

      // It stands on the cell, the body and in the ledger.
      for (const [at, name] of [
        [`/c/${code}/${entry}`, words.ofCell],
        [`/n/${code}`, words.ofBody],
      ]) {
        await open(page, at);
        await page
          .locator('section', { has: page.getByRole('heading', { name }) })
          .getByText(ref)
          .waitFor();
        await sound(page, `ordered-${at.slice(1, 2)}`);
      }
      await open(page, `/n/533102/orders?state=ACCEPTED&publisher=${code}`);
      await page.getByRole('heading', { level: 1, name: words.ledger }).waitFor();
      await page.getByRole('link', { name: ref }).waitFor();
      await sound(page, 'ledger');
      assert.deepEqual([...faults, ...hers], []);
    });

    test(`the same order to many bodies, none of them twice: ${of}`, async (t) => {
      const { page, faults } = await reader(t, { locale, width });
      await openAs(page, 'supervisor', '/n/533102/gaps?status=OVERDUE');
      await page.getByRole('button', { name: words.many }).click();
      await answered(page);
      const groups = page.locator('tr.group', { has: page.locator('input') });
      await groups.first().waitFor();
      // The place's own gaps are not its supervisor's to order about.
      assert.equal(
        await page
          .locator('tr.group', { hasText: /^\s*(瑞丽市|Ruili City)\s+\d/ })
          .locator('input')
          .count(),
        0,
      );
      const names = [];
      for (const i of [0, 1, 2]) {
        names.push(await groups.nth(i).locator('a').innerText());
        await page.getByRole('checkbox', { name: words.choose(names[i]) }).check();
      }
      await sound(page, 'choosing');
      await page.getByRole('button', { name: words.chosen }).click();
      const form = page.getByRole('form', { name: words.issue });
      await page.waitForFunction(() => document.querySelector('form.issue li input').value);
      await form.getByLabel(words.text).fill(`请于办理期限前完成 ${of}`);
      const refs = form.getByLabel(words.number);
      const second = await refs.nth(1).inputValue();
      await refs.nth(1).fill(await refs.nth(0).inputValue()); // taken by the first, once that is issued
      await form.getByRole('button', { name: words.issueTo(3) }).click();
      await form.getByText(words.issuedOf(2, 3)).waitFor();
      await form.getByRole('alert').getByText(words.taken).waitFor();
      assert.equal(await refs.count(), 1);
      assert.equal(await refs.getAttribute('aria-invalid'), 'true');
      await sound(page, 'many');
      await refs.fill(second);
      await form.getByRole('button', { name: words.issueTo(1) }).click();
      await form.getByText(words.issuedOf(3, 3)).waitFor();
      await open(page, '/n/533102/orders?kind=URGE');
      const rows = page.locator('main tbody tr', { has: page.locator('.text', { hasText: of }) });
      assert.equal(await rows.count(), 3);
      for (const name of names) await rows.filter({ hasText: name }).waitFor();

      // One was issued by mistake: withdrawn, for a reason alone, and nothing more may be done to it but remark.
      await rows.filter({ hasText: second }).getByRole('link', { name: second }).click();
      await answered(page);
      const withdrawing = await act(page, words, words.withdraw);
      assert.ok(await withdrawing.locator('textarea:invalid').count());
      await withdrawing.getByLabel(words.withdrawWhy).fill('签发有误');
      await sound(page, 'withdrawing');
      await withdrawing.getByRole('button', { name: words.confirm(words.withdraw) }).click();
      await gone(page, withdrawing);
      await page.locator('p.now').getByText(words.withdrawn, { exact: true }).waitFor();
      await page.locator('.events').getByText('签发有误').waitFor();
      assert.equal(await page.getByRole('button', { name: words.withdraw, exact: true }).count(), 0);
      assert.equal(await page.getByRole('button', { name: words.remark, exact: true }).count(), 1);
      assert.deepEqual(faults, []);
    });

    test(`an exemption is asked for and granted: ${of}`, async (t) => {
      const [, { body, entry }] = await gapsOf(mine);
      const { page: clerk, faults: hers } = await reader(t, { locale, width });
      await openAs(clerk, 'clerk', `/c/${encodeURIComponent(body)}/${entry}`);
      await clerk.getByRole('button', { name: words.exempt, exact: true }).click();
      const form = clerk.getByRole('form', { name: words.exempt });
      await form.getByLabel(words.exemptWhy, { exact: true }).fill(`本单位不承担该项工作 ${of}`);
      await clerk.waitForFunction(() => document.querySelector('form input[type=date]')?.value);
      await sound(clerk, 'asking');
      await form.getByRole('button', { name: words.exempt, exact: true }).click();
      await form.getByText(words.requested).waitFor();
      await form.getByRole('link', { name: words.requests }).click();
      await answered(clerk);
      await clerk.getByText(of).waitFor();
      assert.equal(await clerk.getByRole('button', { name: words.decideIt }).count(), 0);
      await sound(clerk, 'asked');

      const { page, faults } = await reader(t, { locale, width });
      await openAs(page, 'supervisor', '/n/533102/exemptions');
      const request = page.locator('.requests > li', { hasText: of });
      await request.getByRole('button', { name: words.decideIt }).focus();
      await page.keyboard.press('Enter');
      await request.getByText(words.ifGranted).waitFor();
      assert.equal(await request.locator('.change .EXEMPT').count(), 1);
      await request.locator('textarea').fill('情况属实');
      await sound(page, 'granting');
      await request.getByRole('button', { name: words.grant, exact: true }).click();
      await page.getByRole('status').getByText(words.granted).waitFor();
      await answered(page);
      assert.equal(await request.count(), 0);
      await open(clerk, `/n/${encodeURIComponent(body)}/exemptions?decided=all`);
      await clerk.getByText('情况属实').first().waitFor();
      await sound(clerk, 'decided');
      await open(clerk, `/c/${encodeURIComponent(body)}/${entry}`);
      await clerk.locator('p.now .EXEMPT').waitFor();
      assert.deepEqual([...faults, ...hers], []);
    });
  }
}
