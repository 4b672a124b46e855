// Every operation of the contract through the client, against the server of the
// demo world that RELIEFGRAPH_URL names and, for the mutations, that of the same
// world that RELIEFGRAPH_WRITES_URL names.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { createClient, ReliefgraphError } from '../dist/index.js';

const url = process.env.RELIEFGRAPH_URL;
assert.ok(url, 'RELIEFGRAPH_URL names no server');
const client = createClient({ url });

const root = new URL('../../../', import.meta.url);
const json = async (path) => JSON.parse(await readFile(new URL(path, root), 'utf8'));
const variables = await json('internal/web/playground/src/variables.json');
const trusted = createClient({ url: process.env.RELIEFGRAPH_WRITES_URL });
const takeAnAccount = ['Audit', 'ExemptionRequests', 'Viewer'];
const subscriptions = ['LiveCoverage', 'GapEvents'];
// What is written about orders and exemptions, in an order in which it may be.
const steps = [
  'IssueOrder',
  'ReceiveOrder',
  'AnswerOrder',
  'ReturnOrder',
  'AcceptOrder',
  'AskExtension',
  'DecideExtension',
  'RemarkOnOrder',
  'WithdrawOrder',
  'AskExemption',
  'DecideExemption',
];
const mutations = ['Register', 'Publish', 'RecordRelief', 'AddNews', ...steps];

test('every query answers as the golden files say', async (t) => {
  const queries = Object.keys(client).filter((name) => ![...mutations, ...subscriptions].includes(name));
  assert.ok(queries.length >= 20);
  for (const name of queries) {
    await t.test(name, async () => {
      const expected = await json(`internal/acceptance/testdata/golden/${name}.json`);
      const answer = await (takeAnAccount.includes(name) ? trusted : client)[name](variables[name]);
      // A cursor of the log is encrypted, and another each time.
      if (answer.audit) delete answer.audit.pageInfo.endCursor;
      assert.deepEqual(answer, expected);
    });
  }
});

test('an error says its code, where, and what was answered all the same', async () => {
  const refused = { ...variables.Deadline, limit: { kind: 'WORKING_DAYS', n: -1 } };
  await assert.rejects(client.Deadline(refused), (error) => {
    assert.ok(error instanceof ReliefgraphError);
    assert.equal(error.faults[0].extensions.code, 'INVALID_INPUT');
    assert.match(error.message, /^INVALID_INPUT: /);
    return true;
  });
});

test('a call that is given up ends', async () => {
  await assert.rejects(client.Roots({}, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('what is no answer of reliefgraph is told by its status', async () => {
  const proxied = createClient({ url, fetch: async () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
  await assert.rejects(
    proxied.Roots({}),
    (error) => error.status === 502 && error.faults[0].extensions.code === 'HTTP_502',
  );
});

test('writes', async () => {
  const { registerDisclosure } = await trusted.Register(variables.Register);
  assert.equal(registerDisclosure.disclosure.ref, variables.Register.input.ref);
  const { publishDisclosure } = await trusted.Publish({ ...variables.Publish, id: registerDisclosure.disclosure.id });
  assert.equal(publishDisclosure.disclosure.publishedOn, variables.Publish.publishedOn);
  assert.equal((await trusted.RecordRelief(variables.RecordRelief)).recordReliefMovement.movement.funds, '50000.00');
  assert.equal((await trusted.AddNews(variables.AddNews)).addNews.news.title, variables.AddNews.input.title);
  variables.IssueOrder.input.issuerCode = 'CN'; // the node of the account that is trusted here
  const told = {};
  for (const name of steps) told[name] = Object.values(await trusted[name](variables[name]))[0];
  assert.equal(told.IssueOrder.order.state, 'ISSUED');
  assert.equal(told.ReceiveOrder.order.state, 'RECEIVED');
  assert.equal(told.AnswerOrder.order.state, 'ANSWERED');
  assert.equal(told.ReturnOrder.order.state, 'RETURNED');
  assert.equal(told.AcceptOrder.order.state, 'ACCEPTED');
  assert.equal(told.AskExtension.order.pendingExtension.newDueOn, variables.AskExtension.input.newDueOn);
  assert.equal(told.DecideExtension.order.dueOn, '2026-12-09');
  assert.equal(told.RemarkOnOrder.order.events.at(-1).text, variables.RemarkOnOrder.input.text);
  assert.equal(told.WithdrawOrder.order.state, 'WITHDRAWN');
  assert.equal(told.AskExemption.request.decision, null);
  assert.equal(told.DecideExemption.request.decision, 'GRANTED');
});

test('figures and gaps are followed, message by message, until one leaves or the server refuses', async () => {
  const { gaps } = await client.Gaps({ code: '533102', filter: { statuses: ['MISSING'] }, first: 1 });
  const [{ node: gap }] = gaps.edges;
  const figures = client.LiveCoverage({ code: '533102' })[Symbol.asyncIterator]();
  const first = (await figures.next()).value.liveCoverage;
  const published = { ref: 'followed', title: '跟随', attribute: 'PROACTIVE', formedOn: '2026-11-20' };
  const { registerDisclosure } = await trusted.Register({
    input: { ...published, publisherCode: gap.publisher.code, entryCode: gap.entry.code },
  });
  await trusted.Publish({ id: registerDisclosure.disclosure.id, publishedOn: '2026-11-20' });
  const next = (await figures.next()).value.liveCoverage;
  assert.equal(next.coverage.covered, first.coverage.covered + 1);
  await figures.return();

  const signal = AbortSignal.timeout(20_000);
  for await (const { gapEvents } of client.GapEvents({ code: '533102', after: first.token }, { signal })) {
    const { publisher, entry, before, after } = gapEvents;
    assert.deepEqual(
      [publisher, entry],
      [gap.publisher, gap.entry].map(({ code }) => ({ code })),
    );
    assert.deepEqual([before, after], ['MISSING', 'COVERED']);
    break;
  }
  await assert.rejects(
    client.GapEvents({ code: '533102', after: 'none' })[Symbol.asyncIterator]().next(),
    (error) => error instanceof ReliefgraphError && error.faults[0].extensions.code === 'INVALID_INPUT',
  );
});

test('a connection that is cut is no end', async () => {
  const events = (text) => async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  const message = 'event: next\nid: 1\ndata: {"data":{"liveCoverage":{"token":"1"}}}\n\n';
  const read = async (text) => {
    const messages = [];
    for await (const one of createClient({ url, fetch: events(text) }).LiveCoverage({ code: '53' })) messages.push(one);
    return messages;
  };
  assert.deepEqual(await read(`:\n\n${message}event: complete\ndata:\n\n`), [{ liveCoverage: { token: '1' } }]);
  await assert.rejects(read(message), /was cut/);
});
