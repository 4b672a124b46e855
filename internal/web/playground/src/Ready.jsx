import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { SUBJECTS } from './operations.js';

// The ready operations by subject; a click opens one in a tab, or goes to the tab it is open in.
function Ready() {
  const { addTab, changeTab, updateActiveTabValues } = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL((state) => state);

  function open({ name, query, variables }) {
    const at = tabs.findIndex(({ title }) => title === name);
    if (at >= 0) return changeTab(at);
    addTab();
    updateActiveTabValues({ query, variables, operationName: name });
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
  }

  return (
    <nav className="ready" aria-labelledby="ready">
      <h2 id="ready">
        现成查询 <span lang="en">Ready operations</span>
      </h2>
      {SUBJECTS.map(({ title: [zh, en], operations }) => (
        <section key={en} aria-label={`${zh} ${en}`}>
          <h3>
            {zh} <span lang="en">{en}</span>
          </h3>
          <ul>
            {operations.map((operation) => (
              <li key={operation.name}>
                <button
                  type="button"
                  aria-current={tabs[activeTabIndex]?.title === operation.name || undefined}
                  onClick={() => open(operation)}
                >
                  <code>{operation.name}</code>
                  <span>{operation.notes[0]}</span>
                  <span lang="en">{operation.notes[1]}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

const Icon = () => (
  <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    <path d="M3 5h2M3 10h2M3 15h2M8 5h9M8 10h9M8 15h9" />
  </svg>
);

export const READY_PLUGIN = { title: '现成查询 Ready operations', icon: Icon, content: Ready };
