import { Kind, parse, valueFromASTUntyped, visit } from 'graphql';
import contract from '@contract/operations.graphql?raw';
import notes from './notes.json';
import variables from './variables.json';

const WELCOME = `# 欢迎使用 reliefgraph 查询台 · Welcome to the reliefgraph playground
#
# 点击 ▶ 或按 Ctrl+Enter 运行；下方 Variables 中可以换成别的行政区划代码和日期。
# Press ▶ or Ctrl+Enter to run; change the code and the day under Variables.
# 其余标签页是现成的查询；左侧书本图标是接口文档。
# The other tabs are ready operations; the book on the left opens the docs.
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

// One tab for each operation of the contract, with the fragments it uses and in
// its own layout, and one for each question of the cookbook.
function readyTabs() {
  const { definitions } = parse(contract);
  const text = ({ loc }) => contract.slice(loc.start, loc.end);
  const fragments = new Map(
    definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((f) => [f.name.value, f]),
  );
  const tabs = definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const name = operation.name.value;
      const used = [...fragmentsOf(operation, fragments)].map((f) => fragments.get(f));
      const document = [operation, ...used].map(text).join('\n\n') + '\n';
      return { name, document, query: comment(notes[name]) + document, variables: pretty(variables[name]) };
    });

  const asked = Object.values(cookbook).map((query) => {
    const [{ name, variableDefinitions }] = operationsOf(query);
    const defaults = variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      valueFromASTUntyped(defaultValue),
    ]);
    return { name: name.value, query, variables: pretty(Object.fromEntries(defaults)) };
  });

  const first = tabs.find(({ name }) => name === 'CoverageByChild');
  // GraphiQL titles a tab by the name of its operation.
  const renamed = first.document.replace('query CoverageByChild', 'query Welcome');
  return [{ name: 'Welcome', query: WELCOME + renamed, variables: first.variables }, ...tabs, ...asked];
}

export const TABS = readyTabs();
