import { eventsOf } from './events.js';
import { getSdk, type Sdk } from './generated.js';

export * from './generated.js';

/** One error of an answer, as docs/errors.md lists them. */
export interface Fault {
  message: string;
  path?: (string | number)[];
  extensions: {
    code: string;
    requestId?: string;
    field?: string;
    rule?: string;
    /** In how many seconds the same may be tried again. */
    retryAfter?: number;
    /** All that is wrong with the input of a write. */
    problems?: Problem[];
  };
}

/** One fault of the input of a write. */
export interface Problem {
  /** Leads to the value, from the mutation's arguments on. */
  path: (string | number)[];
  code: string;
  message: string;
  /** How to mend it; null where the message says it all. */
  remedy: string | null;
  rule?: string;
}

/** What a server answered in place of data, or beside a part of it. */
export class ReliefgraphError extends Error {
  constructor(
    readonly faults: Fault[],
    /** The HTTP status. */
    readonly status: number,
    /** What was answered all the same. */
    readonly data: unknown,
  ) {
    super(faults.map((fault) => `${fault.extensions.code}: ${fault.message}`).join('; '));
    this.name = 'ReliefgraphError';
  }
}

export interface Options {
  /** The server's address, as http://127.0.0.1:8080; its /graphql is asked. */
  url: string | URL;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** In place of the platform's. */
  fetch?: typeof fetch;
}

/** Of one call. */
export interface CallOptions {
  signal?: AbortSignal;
}

/**
 * Returns a function for every operation of the contract, by its name:
 * `await client.Gaps({ code: '533102' })`. Each rejects with a ReliefgraphError
 * where the answer holds errors. Those of subscriptions are read message by message,
 * `for await (const { gapEvents } of client.GapEvents({ code: '533102' }))`, and are
 * closed by leaving the loop; after an error go on with the last token.
 */
export function createClient({ url, headers = {}, fetch: send = fetch }: Options): Sdk {
  const endpoint = new URL('/graphql', url);

  async function ask(query: string, variables: unknown, { signal }: CallOptions): Promise<any> {
    const response = await send(endpoint, {
      method: 'POST',
      headers: { accept: 'application/graphql-response+json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
      signal: signal ?? null,
    });
    return dataOf(response, await response.text());
  }

  async function* follow(query: string, variables: unknown, { signal }: CallOptions): AsyncGenerator<any, void> {
    const address = new URL(endpoint);
    address.search = new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString();
    const response = await send(address, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: signal ?? null,
    });
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      dataOf(response, await response.text());
      throw new Error('the server answered without events');
    }
    for await (const { data } of eventsOf(response.body)) yield dataOf(response, data);
  }

  return getSdk<CallOptions>((document, variables, options = {}) => {
    const query = String(document).trim();
    return (query.startsWith('subscription') ? follow : ask)(query, variables, options);
  });
}

/** The data of an answer that holds no errors. */
function dataOf({ status }: Response, text: string): unknown {
  const { data, errors } = answerOf(status, text);
  if (errors) throw new ReliefgraphError(errors, status, data);
  return data;
}

function answerOf(status: number, text: string): { data?: unknown; errors?: Fault[] } {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy answers in its own way.
    return { errors: [{ message: text.slice(0, 200), extensions: { code: `HTTP_${status}` } }] };
  }
}
