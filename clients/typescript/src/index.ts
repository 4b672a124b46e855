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
 * where the answer holds errors.
 */
export function createClient({ url, headers = {}, fetch: send = fetch }: Options): Sdk {
  const endpoint = new URL('/graphql', url);
  return getSdk<CallOptions>(async (document, variables, options) => {
    const response = await send(endpoint, {
      method: 'POST',
      headers: { accept: 'application/graphql-response+json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: String(document), variables }),
      signal: options?.signal ?? null,
    });
    const { data, errors } = await answerOf(response);
    if (errors) throw new ReliefgraphError(errors, response.status, data);
    return data;
  });
}

async function answerOf(response: Response): Promise<{ data?: any; errors?: Fault[] }> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy answers in its own way.
    return { errors: [{ message: text.slice(0, 200), extensions: { code: `HTTP_${response.status}` } }] };
  }
}
