// What clients' normalised caches make of answers: what is supposed never stands
// where what is real is shown, nor one county's money where another's is.
// RELIEFGRAPH_URL names a server of the demo world; it has been told of relief for a
// second county, whose code is RELIEFGRAPH_COUNTY.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';

const url = `${process.env.RELIEFGRAPH_URL}/graphql`;

/** What the server answers, without a cache. */
async function answered(query, variables) {
  const text = query.loc?.source.body ?? query;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

const typeOf = (depth) => (depth ? `{ kind name ofType ${typeOf(depth - 1)} }` : '{ kind name }');
const { __schema } = await answered(`{ __schema {
  queryType { name } mutationType { name } subscriptionType { name }
  types {
    kind name possibleTypes { kind name } interfaces { kind name }
    fields { name args { name type ${typeOf(2)} } type ${typeOf(3)} }
  }
} }`);
const types = __schema.types.filter(({ name }) => !name.startsWith('__'));
const possibleTypes = Object.fromEntries(
  types
    .filter(({ kind }) => kind === 'INTERFACE')
    .map(({ name, possibleTypes }) => [name, possibleTypes.map((type) => type.name)]),
);
// graphcache wants to be told which types have no id; Apollo takes them so itself.
const keys = Object.fromEntries(
  types
    .filter(({ kind, fields }) => kind === 'OBJECT' && !fields.some(({ name }) => name === 'id'))
    .map(({ name }) => [name, () => null]),
);

// Each opens a store of its own, and asks either the network or the store alone.
const stores = {
  "Apollo's InMemoryCache": () => {
    const client = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache({ possibleTypes }) });
    return {
      ask: (query, variables) => client.query({ query, variables, fetchPolicy: 'network-only' }),
      read: async (query, variables) => (await client.query({ query, variables, fetchPolicy: 'cache-only' })).data,
    };
  },
  "urql's graphcache": () => {
    const exchanges = [cacheExchange({ schema: { __schema }, keys }), fetchExchange];
    const client = new Client({ url, preferGetMethod: false, exchanges });
    return {
      ask: (query, variables) => client.query(query, variables, { requestPolicy: 'network-only' }),
      read: async (query, variables) => (await client.query(query, variables, { requestPolicy: 'cache-only' })).data,
    };
  },
};

const county = '533102';
const on = '"2026-11-24"';
const figures = `__typename id code coverage(asOf: ${on}) { required covered missing overdue stale }`;
const below = `children(first: 100) { edges { node { ${figures} } } }
  gaps(asOf: ${on}, first: 50) {
    totalCount edges { node { __typename id status explanation cell { __typename id status(asOf: ${on}) } } }
  }`;
const placeQuery = gql(`query($code: String!) { administrativeNode(code: $code) { ${figures} ${below} } }`);
const whatIfQuery = gql(`query($code: String!, $changes: WhatIfInput!) {
  whatIf(code: $code, changes: $changes, asOf: ${on}) { before { ${figures} } after { ${figures} ${below} } }
}`);
const flowQuery = gql(`query($code: String!) { reliefFlow(code: $code, from: "2020-01-01", to: ${on}) {
  nodes { __typename key figures { received passedDown distributed balance disclosed } }
  links { source target amount }
} }`);

const states = [3, 4].map((n) => ({
  code: county,
  changes: {
    limits: [{ catalogCode: 'CN-2019', entryCode: '2.1', limit: { kind: 'WORKING_DAYS', n } }],
    entries: [{ catalogCode: 'CN-2019', entryCode: '2.2', remove: true }],
  },
}));

/** An answer without the type names that a store asks besides. */
const plain = (data) => JSON.parse(JSON.stringify(data, (name, value) => (name === '__typename' ? undefined : value)));

for (const [name, open] of Object.entries(stores)) {
  test(`${name}: what is supposed never stands for what is`, async () => {
    const { ask, read } = open();
    const same = async (query, variables) =>
      assert.deepEqual(plain(await read(query, variables)), plain(await answered(query, variables)));
    const { whatIf } = await answered(whatIfQuery, states[0]);
    assert.notDeepEqual(whatIf.after.coverage, whatIf.before.coverage);

    await ask(placeQuery, { code: county });
    for (const variables of states) await ask(whatIfQuery, variables);
    await same(placeQuery, { code: county });
    await ask(placeQuery, { code: county });
    for (const variables of states) await same(whatIfQuery, variables);
  });

  test(`${name}: two counties' relief flows stand beside each other`, async () => {
    const { ask, read } = open();
    const codes = [county, process.env.RELIEFGRAPH_COUNTY];
    const flows = await Promise.all(codes.map((code) => answered(flowQuery, { code })));
    const [one, other] = flows.map(
      ({ reliefFlow }) => new Map(reliefFlow.nodes.map((node) => [node.key, node.figures.received])),
    );
    assert.ok(
      [...one].some(([key, received]) => other.has(key) && other.get(key) !== received),
      'no stage of theirs differs',
    );
    for (const code of codes) await ask(flowQuery, { code });
    for (const [i, code] of codes.entries()) assert.deepEqual(plain(await read(flowQuery, { code })), plain(flows[i]));
  });
}
