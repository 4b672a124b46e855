import { vi } from 'vitest';

type Answered = {
  data?: unknown;
  errors?: { message: string; path?: string[]; extensions?: Record<string, string> }[];
};
type Answering = (variables: Record<string, unknown>, operation: string) => Answered | Promise<Answered>;

interface Posted {
  operationName: string;
  variables: Record<string, unknown>;
}

export interface Asked {
  operation: string;
  variables: Record<string, unknown>;
}

/** Answers what the page asks, in place of a server; returns what was asked, in its order. */
export function serve(answer: Answering, headers: Record<string, string> = {}): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const parameters = new URL(input instanceof Request ? input.url : input, window.location.href).searchParams;
    const posted = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Partial<Posted>;
    const operation = parameters.get('operationName') ?? posted.operationName ?? '';
    const variables = posted.variables ?? (JSON.parse(parameters.get('variables') ?? '{}') as Record<string, unknown>);
    asked.push({ operation, variables });
    const body = JSON.stringify(await answer(variables, operation));
    return new Response(body, { headers: { 'content-type': 'application/json', ...headers } });
  });
  return asked;
}

/** No network. */
export const offline = () => Promise.reject(new TypeError('Failed to fetch'));

/** A promise that is kept when the test says so. */
export function later<T>() {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => (settle = resolve));
  return { promise, settle };
}
