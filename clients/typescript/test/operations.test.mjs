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
const mutations = ['Register', 'Publish', 'RecordRelief', 'AddNews'];

test('every query answers as the golden files say', async (t) => {
  const queries = Object.keys(client).filter((name) => !mutations.includes(name));
  assert.ok(queries.length >= 17);
  for (const name of queries) {
    await t.test(name, async () => {
      const expected = await json(`internal/acceptance/testdata/golden/${name}.json`);
      assert.deepEqual(await client[name](variables[name]), expected);
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
  const writing = createClient({ url: process.env.RELIEFGRAPH_WRITES_URL });
  const { registerDisclosure } = await writing.Register(variables.Register);
  assert.equal(registerDisclosure.disclosure.ref, variables.Register.input.ref);
  const { publishDisclosure } = await writing.Publish({ ...variables.Publish, id: registerDisclosure.disclosure.id });
  assert.equal(publishDisclosure.disclosure.publishedOn, variables.Publish.publishedOn);
  assert.equal((await writing.RecordRelief(variables.RecordRelief)).recordReliefMovement.movement.funds, '50000.00');
  assert.equal((await writing.AddNews(variables.AddNews)).addNews.news.title, variables.AddNews.input.title);
});
