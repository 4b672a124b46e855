import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { useMonaco } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { operationsOf, WELCOME } from './operations.js';
import { READY_PLUGIN } from './Ready.jsx';

const endpoint = new URL('../graphql', document.baseURI);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol.replace('http', 'ws');

const ask = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: socket.href,
  // Nothing here is deferred, and one plain answer is easier to read in the network panel.
  enableIncrementalDelivery: false,
});

// GraphiQL learns the operation a moment after the text changes, so just after a
// change of tab it would still send the last tab's name, and a subscription as a query.
function fetcher(params, options) {
  const operations = operationsOf(params.query);
  if (operations.length !== 1) return ask(params, options);
  const documentAST = { kind: 'Document', definitions: operations };
  return ask({ ...params, operationName: operations[0].name?.value }, { ...options, documentAST });
}

const STORED = ['tabState', 'query', 'variables', 'headers', 'operationName'].map((key) => `graphiql:${key}`);

// What is stored goes when the page loads again: until then GraphiQL, which
// stores after a short rest, may still write over it.
const AFRESH = 'reliefgraph:afresh';
function startAfresh() {
  sessionStorage.setItem(AFRESH, '1');
  location.reload();
}
if (sessionStorage.getItem(AFRESH)) {
  sessionStorage.removeItem(AFRESH);
  STORED.forEach((key) => localStorage.removeItem(key));
}

// GraphiQL shows its default tab but fills the variables editor from storage alone.
const firstVisit = localStorage.getItem('graphiql:tabState') === null;
const initial = firstVisit ? { initialQuery: WELCOME.query, initialVariables: WELCOME.variables } : {};

// What GraphiQL's editors lack for Chinese: Monaco boxes full-width punctuation
// as "ambiguous characters", and the only font named has no Chinese.
const EDITOR_OPTIONS = {
  fontFamily: '"Fira Code", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", monospace',
  fontSize: 14,
  unicodeHighlight: { ambiguousCharacters: false, nonBasicASCII: false },
  wordWrap: 'on',
};

function EditorOptions() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    if (!monaco) return undefined;
    const apply = (editor) => editor.updateOptions(EDITOR_OPTIONS);
    monaco.editor.getEditors().forEach(apply);
    const listener = monaco.editor.onDidCreateEditor(apply);
    // Lines are wrapped by the width of a letter, which is another before the font is there.
    document.fonts.load('14px "Fira Code"').then(() => monaco.editor.remeasureFonts());
    return () => listener.dispose();
  }, [monaco]);
  return null;
}

function Page() {
  return (
    <>
      <header className="page-header">
        <h1>
          reliefgraph <span>救灾领域基层政务公开 · 查询台 Playground</span>
        </h1>
        <code>POST {endpoint.pathname}</code>
        <button type="button" onClick={startAfresh}>
          重新开始 Start over
        </button>
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={[WELCOME]}
          plugins={[READY_PLUGIN, HISTORY_PLUGIN]}
          visiblePlugin={READY_PLUGIN}
          defaultEditorToolsVisibility="variables"
          showPersistHeadersSettings={false}
          {...initial}
        >
          {/* In place of GraphiQL's logo, which links elsewhere; the page has its own title. */}
          <GraphiQL.Logo>
            <EditorOptions />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

createRoot(document.getElementById('root')).render(<Page />);
