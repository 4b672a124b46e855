import { describe, expect, test, vi } from 'vitest';
import { later } from '../testing/server';
import type { Answer } from './client';
import { Loaded } from './loaded.svelte';
import { Paged, type Page } from './paged.svelte';

type List = Page<string> | null;
const page = (items: string[], endCursor: string | null = null): List => ({
  items,
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
});
const answer = (data: List): Answer<{ list: List }> => ({ data: { list: data }, faults: [], keptAt: null });

function paged(first: List) {
  const loaded = new Loaded<{ list: List }>();
  loaded.data = { list: first };
  const ask = vi.fn<(after: string | null | undefined) => Promise<Answer<{ list: List }>>>();
  return { loaded, ask, list: new Paged(loaded, ({ list }) => list, ask) };
}

describe('Paged', () => {
  test('goes on after the last page until there is no other', async () => {
    const { list, ask } = paged(page(['a', 'b'], 'B'));
    ask.mockResolvedValueOnce(answer(page(['c'], 'C'))).mockResolvedValueOnce(answer(page(['d'])));
    await list.more();
    expect(list.items).toEqual(['a', 'b', 'c']);
    expect(list.hasMore).toBe(true);
    await list.more();
    await list.more();
    expect(list.items).toEqual(['a', 'b', 'c', 'd']);
    expect(list.hasMore).toBe(false);
    expect(ask.mock.calls).toEqual([['B'], ['C']]);
  });

  test('what comes again on a further page, because it was changed meanwhile, is shown once', async () => {
    const loaded = new Loaded<{ id: string; title: string }[]>();
    loaded.data = [{ id: '1', title: 'one' }];
    const pageOf = (items: { id: string; title: string }[]) => ({
      items,
      pageInfo: { hasNextPage: true, endCursor: 'C' },
    });
    const again = [
      { id: '1', title: 'one, mended' },
      { id: '2', title: 'two' },
    ];
    const list = new Paged(loaded, pageOf, () => Promise.resolve({ data: again, faults: [], keptAt: null }));
    await list.more();
    expect(list.items.map(({ id }) => id)).toEqual(['1', '2']);
  });

  test('asks once at a time', async () => {
    const { list, ask } = paged(page(['a'], 'A'));
    const coming = later<Answer<{ list: List }>>();
    ask.mockReturnValueOnce(coming.promise);
    const both = [list.more(), list.more()];
    expect(list.fetching).toBe(true);
    coming.settle(answer(page(['b'])));
    await Promise.all(both);
    expect(list.fetching).toBe(false);
    expect(list.items).toEqual(['a', 'b']);
    expect(ask).toHaveBeenCalledOnce();
  });

  test('a page that cannot be had leaves the others, and can be asked for again', async () => {
    const { list, ask } = paged(page(['a'], 'A'));
    ask
      .mockResolvedValueOnce(answer(page(['b'], 'B')))
      .mockResolvedValueOnce({ data: null, faults: [], keptAt: null })
      .mockResolvedValueOnce(answer(page(['c'])));
    await list.more();
    await list.more();
    expect(list.failed).toBe(true);
    expect(list.items).toEqual(['a', 'b']);
    await list.more();
    expect(list.failed).toBe(false);
    expect(list.items).toEqual(['a', 'b', 'c']);
  });

  test('pages of an answer that is no longer shown are never added to another', async () => {
    const { loaded, list, ask } = paged(page(['a'], 'A'));
    const late = later<Answer<{ list: List }>>();
    ask.mockReturnValueOnce(late.promise).mockResolvedValueOnce(answer(page(['z'])));
    const first = list.more();
    loaded.data = { list: page(['x'], 'X') };
    expect(list.fetching).toBe(false);
    await list.more(); // the list shown now does not wait for the other's page
    late.settle(answer(page(['b'])));
    await first;
    expect(list.items).toEqual(['x', 'z']);
    loaded.data = null;
    expect(list.items).toEqual([]);
  });
});
