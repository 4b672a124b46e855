import { Kind, parse, valueFromASTUntyped, visit } from 'graphql';
import contract from '@contract/operations.graphql?raw';
import notes from './notes.json';
import subjects from './subjects.json';
import variables from './variables.json';

const GREETING = `# 欢迎使用 reliefgraph 查询台 · Welcome to the reliefgraph playground
#
# 点击 ▶ 或按 Ctrl+Enter 运行；下方 Variables 中可以换成别的行政区划代码和日期。
# Press ▶ or Ctrl+Enter to run; change the code and the day under Variables.
# 左侧列出现成的查询，点击即在新标签页中打开；书本图标是接口文档。
# The list on the left has ready operations, a click opens one in a tab; the book opens the docs.
`;

function fragmentsOf(definition, fragments, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      if (found.has(value)) return;
      found.add(value);
      fragmentsOf(fragments.get(value), fragments, found);
    },
  });
  return found;
}

// The questions of docs/cookbook.md, in their order.
const cookbook = import.meta.glob('../../../../docs/cookbook/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const comment = (lines = []) => lines.map((line) => `# ${line}\n`).join('');
const pretty = (value = {}) => JSON.stringify(value, null, 2);

/** The operations of a document, none where it cannot be read. */
export function operationsOf(document) {
  try {
    return parse(document).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  } catch {
    return [];
  }
}

// A state before the first import is empty, so that of now is asked about.
variables.KnownAt.instant = new Date().toISOString();

// The operations of the contract, each with the fragments it uses and in its own layout.
function contracted() {
  const { definitions } = parse(contract);
  const text = ({ loc }) => contract.slice(loc.start, loc.end);
  const fragments = new Map(
    definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((f) => [f.name.value, f]),
  );
  return definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const name = operation.name.value;
      const used = [...fragmentsOf(operation, fragments)].map((f) => fragments.get(f));
      const document = [operation, ...used].map(text).join('\n\n') + '\n';
      return {
        name,
        notes: notes[name] ?? [],
        document,
        query: comment(notes[name]) + document,
        variables: pretty(variables[name]),
      };
    });
}

// The questions of the cookbook; their first lines say them in both languages.
const asked = Object.values(cookbook).map((query) => {
  const [{ name, variableDefinitions }] = operationsOf(query);
  const defaults = variableDefinitions.map(({ variable, defaultValue }) => [
    variable.name.value,
    valueFromASTUntyped(defaultValue),
  ]);
  return {
    name: name.value,
    notes: query.split('\n', 2).map((line) => line.replace(/^# /, '')),
    query,
    variables: pretty(Object.fromEntries(defaults)),
  };
});

const ready = new Map(contracted().map((operation) => [operation.name, operation]));

/** The ready operations, by subject. */
export const SUBJECTS = [
  ...subjects.map(({ title, operations }) => ({ title, operations: operations.map((name) => ready.get(name)) })),
  { title: ['十八个问题', 'Eighteen questions'], operations: asked },
];

const first = ready.get('CoverageByChild');

/** What the first tab of a first visit holds. GraphiQL titles a tab by the name of its operation. */
export const WELCOME = {
  query: GREETING + first.document.replace('query CoverageByChild', 'query Welcome'),
  variables: first.variables,
};
