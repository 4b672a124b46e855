// What scripts/schema-changes lets through, and what it refuses.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../scripts/schema-changes', import.meta.url));
const { compare } = createRequire(import.meta.url)(script);

const schema = (version, fields, more = '') => `
"Schema version ${version}."
schema { query: Query }
type Query { ${fields} }
${more}`;
const changelog = (...lines) =>
  `# Changelog\n\n## Unreleased\n${lines.join('\n')}\n\n## 0.1\n- Query.old and Query.list(of:) went.\n`;

const before = 'old: Int list(of: Int): Int';

test('the schema as it is now passes, and its changes are printed', () => {
  const { status, stdout, stderr } = spawnSync(script, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^schema \d+\.\d+ -> \d+\.\d+: /);
});

test('nothing changed', async () => {
  assert.deepEqual((await compare(schema('1.0', before), schema('1.0', before), changelog())).faults, []);
});

test('what is added is printed, under a new version', async () => {
  const added = schema('1.1', `${before} added: Int`);
  const { lines, faults } = await compare(schema('1.0', before), added, changelog());
  assert.deepEqual(faults, []);
  assert.match(lines.join('\n'), /Query\.added/);
  assert.match(
    (await compare(schema('1.0', before), added.replace('1.1', '1.0'), changelog())).faults.join(),
    /version 1\.1/,
  );
});

for (const [what, fields, named, others] of [
  [
    'a field that is removed',
    'list(of: Int): Int',
    'Query.old',
    ['Query.older', 'Query.old.of', 'Query', 'MyQuery.old'],
  ],
  ['an argument that is removed', 'old: Int list: Int', 'Query.list(of:)', ['Query.list', 'Query.list(offset:)']],
  ['a type that is another', 'old: String list(of: Int): Int', 'Query.old', ['old']],
]) {
  test(`${what} is refused unless the changelog names it`, async () => {
    const [released, present] = [schema('1.0', before), schema('2.0', fields)];
    for (const log of [changelog(), ...others.map((other) => changelog(`- \`${other}\` is removed.`))]) {
      const { lines, faults } = await compare(released, present, log);
      assert.ok(lines.some((line) => line.startsWith('BREAKING')));
      assert.equal(faults.length, 1, log);
      assert.ok(faults[0].startsWith(`${named} changes`), faults[0]);
    }
    const told = changelog(`- \`${named}\` is removed.`);
    assert.deepEqual((await compare(released, present, told)).faults, []);
    assert.match((await compare(released, schema('1.1', fields), told)).faults.join(), /version 2\.0/);
  });
}

test('what is deprecated says until when it stays, and stays', async () => {
  const deprecated = (reason) => schema('1.1', `old: Int @deprecated(reason: "${reason}") list(of: Int): Int`);
  const of = async (...texts) => (await compare(...texts)).faults.join();
  assert.match(await of(schema('1.0', before), deprecated('use list'), changelog()), /Query\.old is deprecated/);
  assert.equal(await of(schema('1.0', before), deprecated('use list; stays until 2027-06-30'), changelog()), '');

  const without = schema('2.0', 'list(of: Int): Int');
  const told = changelog('- Query.old is removed.');
  assert.match(await of(deprecated('stays until 2999-01-01'), without, told), /promised to stay until 2999-01-01/);
  assert.equal(await of(deprecated('stays until 2020-01-01'), without, told), '');
});

test('a schema without a version is refused', async () => {
  await assert.rejects(compare(schema('1.0', before), schema('one', before), changelog()), /version/);
});
