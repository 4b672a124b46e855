import { flushSync } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GapReasonDocument, type GapReasonQuery } from '../generated/graphql';
import { later, offline, serve } from '../testing/server';
import { load, type Loaded } from './loaded.svelte';

const answered = (explanation: string) => ({ data: { node: { explanation } } });
const settled = () => new Promise((done) => setTimeout(done, 10));

let end: () => void = () => {};
afterEach(() => end());

/** Asks for the reason of a gap, whose id can be changed; null asks nothing. */
function reasonOf(first: string | null, about: (id: string | null) => string = () => '') {
  let id = $state(first);
  let loaded!: Loaded<GapReasonQuery> & { again(): void };
  end = $effect.root(() => {
    loaded = load(
      GapReasonDocument,
      () => (id === null ? null : { id, locale: 'EN' as const }),
      () => about(id),
    );
  });
  flushSync();
  return {
    loaded,
    change(to: string | null) {
      id = to;
      flushSync();
    },
    shown: () => (loaded.data?.node as { explanation?: string } | null | undefined)?.explanation,
  };
}

describe('load', () => {
  test('asks again only when what it asks has changed', async () => {
    const asked = serve(({ id }) => answered(String(id)));
    const { change, shown } = reasonOf('a');
    await settled();
    expect(shown()).toBe('a');
    change('a');
    change('b');
    await settled();
    expect(shown()).toBe('b');
    expect(asked.map(({ variables }) => variables.id)).toEqual(['a', 'b']);
  });

  test('an answer that comes after a later one is not shown', async () => {
    const slow = later<ReturnType<typeof answered>>();
    serve(({ id }) => (id === 'a' ? slow.promise : answered('b')));
    const { change, shown } = reasonOf('a');
    change('b');
    await settled();
    slow.settle(answered('a'));
    await settled();
    expect(shown()).toBe('b');
  });

  test('with nothing to ask, nothing is shown, not even what comes late', async () => {
    const slow = later<ReturnType<typeof answered>>();
    const asked = serve(() => slow.promise);
    const { change, shown, loaded } = reasonOf('a');
    change(null);
    slow.settle(answered('a'));
    await settled();
    expect(shown()).toBeUndefined();
    loaded.again();
    expect(asked).toHaveLength(1);
  });

  test('what is shown stays until another answer, but goes at once when it is of something else', async () => {
    const slow = later<ReturnType<typeof answered>>();
    serve(({ id }) => (id === 'a1' ? answered('a1') : slow.promise));
    const { change, shown } = reasonOf('a1', (id) => id![0]!);
    await settled();
    change('a2');
    expect(shown()).toBe('a1');
    change('b1');
    expect(shown()).toBeUndefined();
  });

  test('figures stay when the same question fails, not when another does', async () => {
    let failing = false;
    serve(() => (failing ? { errors: [{ message: 'away' }] } : answered('a')));
    const { change, shown, loaded } = reasonOf('a');
    await settled();
    failing = true;
    loaded.again();
    await settled();
    expect(loaded.faults).toMatchObject([{ kind: 'refused', message: 'away' }]);
    expect(shown()).toBe('a');
    change('b');
    await settled();
    expect(shown()).toBeUndefined();
  });

  test('asks again by itself until the network is back, and at once when it is said to be', async () => {
    vi.useFakeTimers();
    let lost = true;
    const asked = serve(() => (lost ? offline() : answered('a')));
    const { loaded, shown } = reasonOf('a');
    await vi.advanceTimersByTimeAsync(10);
    expect(loaded.faults).toMatchObject([{ kind: 'silent' }]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(2);
    lost = false;
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(10);
    expect(shown()).toBe('a');
    expect(loaded.faults).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(3);
  });

  test('an answer kept from before says when it was given, and is asked for again', async () => {
    vi.useFakeTimers();
    const asked = serve(() => answered('a'), { 'X-Kept-At': '2026-11-24T01:30:00Z' });
    const { loaded } = reasonOf('a');
    await vi.advanceTimersByTimeAsync(10);
    expect(loaded.keptAt).toBe('2026-11-24T01:30:00Z');
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(2);
  });
});

describe('ask', () => {
  test('sends the text of a question to a server that trusts no documents', async () => {
    const sent: string[] = [];
    serve(() => answered('a'));
    const trusting = fetch;
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      sent.push(init?.method ?? 'GET');
      if (sent.length > 1) return trusting(input, init);
      const refused = { errors: [{ message: 'unknown', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] };
      return new Response(JSON.stringify(refused), { headers: { 'content-type': 'application/json' } });
    });
    const { shown } = reasonOf('a');
    await settled();
    expect(sent).toHaveLength(2);
    expect(shown()).toBe('a');
  });
});
