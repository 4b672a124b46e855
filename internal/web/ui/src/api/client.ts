import { Client, createRequest, fetchExchange, type AnyVariables, type OperationResult } from '@urql/core';
import type { TypedDocumentString } from '../generated/graphql';

// Answers are not kept here: the server is exact at the moment of each answer.
const client = new Client({ url: '/graphql', exchanges: [fetchExchange] });

/** Why nothing came back: there is no network, or there is one and the server is silent. */
export const lost = () => (navigator.onLine ? 'silent' : 'offline');

/** What went wrong, for a person. */
export interface Fault {
  kind: 'offline' | 'silent' | 'server' | 'refused';
  message: string;
  code: string;
  /** The argument that was refused. */
  field?: string;
  requestId: string;
}

export interface Answer<T> {
  data: T | null;
  /** What was answered beside the faults: parts that are null there may be of a type that never is. */
  partial?: T | null;
  /** Faults of parts of the answer, or of all of it. */
  faults: Fault[];
  /** When the answer was given, where it is one kept for times without a network. */
  keptAt: string | null;
}

const UNTRUSTED = ['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'];
const isUntrusted = ({ error }: OperationResult) =>
  error?.graphQLErrors.some((fault) => UNTRUSTED.includes(String(fault.extensions?.code)));

const hashOf = (document: { __meta__?: Record<string, unknown> }) =>
  String(document.__meta__?.hash ?? '').replace('sha256:', '');

/**
 * Asks a question. It is named by the hash of its text, by GET, so that the
 * worker can keep the answer for times without a network; a server that trusts
 * no documents is sent the text.
 */
export async function ask<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<Answer<T>> {
  const text = String(document);
  let kept: string | null = null;
  const watched: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    kept = response.headers.get('X-Kept-At');
    return response;
  };
  const named = { persistedQuery: { version: 1 as const, sha256Hash: hashOf(document) } };
  const asked = variables as AnyVariables;
  let result: OperationResult<T> = await client
    .executeQuery<T>(createRequest<T, AnyVariables>(text, asked, named), { preferGetMethod: 'force', fetch: watched })
    .toPromise();
  if (isUntrusted(result)) {
    result = await client.query<T>(text, asked, { fetch: watched }).toPromise();
  }
  return { data: withoutFaulty(result), partial: result.data ?? null, faults: faultsOf(result), keptAt: kept };
}

/**
 * Asks of accounts, or changes them: by POST, which neither the worker nor the browser
 * keeps. It is named by its hash as a question is.
 */
export async function send<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<Answer<T>> {
  const text = String(document);
  const asked = variables as AnyVariables;
  const named = { persistedQuery: { version: 1 as const, sha256Hash: hashOf(document) } };
  const by = (extensions?: typeof named) => {
    const request = createRequest<T, AnyVariables>(text, asked, extensions);
    const writes = /^\s*mutation\b/.test(text);
    const options = { preferGetMethod: false as const };
    return writes ? client.executeMutation(request, options) : client.executeQuery(request, options);
  };
  let result: OperationResult<T> = await by(named).toPromise();
  if (isUntrusted(result)) result = await by().toPromise();
  return { data: withoutFaulty(result), partial: result.data ?? null, faults: faultsOf(result), keptAt: null };
}

/** Questions of the root that the types say are never null. */
const NEVER_NULL = ['nodes', 'roots', 'administrativeNodes', 'deadline'];

/**
 * The answer without the questions that have an error within: there, fields may be
 * null that the types say never are.
 */
function withoutFaulty<T>({ data, error }: OperationResult<T>): T | null {
  let whole = data ?? null;
  for (const { path } of error?.graphQLErrors ?? []) {
    const root = path?.[0];
    if (whole === null || root === undefined || NEVER_NULL.includes(String(root))) return null;
    whole = { ...whole, [root]: null };
  }
  return whole;
}

function faultsOf({ error }: OperationResult): Fault[] {
  if (!error) return [];
  if (error.networkError) {
    const status = (error.response as Response | undefined)?.status;
    const requestId = (error.response as Response | undefined)?.headers?.get('X-Request-Id') ?? '';
    return [
      {
        kind: status ? 'server' : lost(),
        message: error.networkError.message,
        code: status ? String(status) : '',
        requestId,
      },
    ];
  }
  return error.graphQLErrors.map((fault) => ({
    kind:
      fault.extensions?.code === 'INTERNAL' ||
      fault.extensions?.code === 'UNAVAILABLE' ||
      fault.extensions?.code === 'TIMEOUT'
        ? 'server'
        : 'refused',
    message: fault.message,
    code: String(fault.extensions?.code ?? ''),
    field: String(fault.extensions?.field ?? ''),
    requestId: String(fault.extensions?.requestId ?? ''),
  }));
}
