import type { Answer } from './client';
import type { Loaded } from './loaded.svelte';

export interface Page<Item> {
  items: Item[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

interface Further<T, Item> extends Page<Item> {
  /** The answer whose first page these follow. */
  of: T;
  fetching: boolean;
  failed: boolean;
}

/** What an item is told by: its id, where it has one. */
const idOf = (item: unknown) => (item as { id?: string }).id ?? item;

/** A list whose first page is part of an answer, and whose further pages are fetched one by one. */
export class Paged<T, Item> {
  readonly #loaded: Loaded<T>;
  readonly #pageOf: (data: T) => Page<Item> | null | undefined;
  readonly #ask: (after: string | null | undefined) => Promise<Answer<T>>;
  #fetched = $state.raw<Further<T, Item> | null>(null);

  constructor(
    loaded: Loaded<T>,
    pageOf: (data: T) => Page<Item> | null | undefined,
    ask: (after: string | null | undefined) => Promise<Answer<T>>,
  ) {
    this.#loaded = loaded;
    this.#pageOf = pageOf;
    this.#ask = ask;
  }

  readonly #first = $derived.by(() => (this.#loaded.data === null ? null : this.#pageOf(this.#loaded.data)));
  // Pages of an answer that is no longer shown count for nothing.
  readonly #further = $derived.by(() => (this.#fetched?.of === this.#loaded.data ? this.#fetched : null));

  readonly items: Item[] = $derived.by(() => [...(this.#first?.items ?? []), ...(this.#further?.items ?? [])]);
  readonly hasMore = $derived.by(() => (this.#further ?? this.#first)?.pageInfo.hasNextPage ?? false);
  readonly fetching = $derived.by(() => this.#further?.fetching ?? false);
  /** Whether the page asked for last could not be had. */
  readonly failed = $derived.by(() => this.#further?.failed ?? false);

  /** Fetches the next page, if there is one and none is under way. */
  async more() {
    const of = this.#loaded.data;
    const last = this.#further ?? this.#first;
    if (of === null || !last || !this.hasMore || this.fetching) return;
    const before = { of, items: this.#further?.items ?? [], pageInfo: last.pageInfo };
    this.#fetched = { ...before, fetching: true, failed: false };
    const { data } = await this.#ask(last.pageInfo.endCursor);
    if (this.#loaded.data !== of) return;
    const page = data && this.#pageOf(data);
    // What was changed meanwhile may come again further on.
    const shown = new Set(this.items.map(idOf));
    const items = [...before.items, ...(page?.items.filter((item) => !shown.has(idOf(item))) ?? [])];
    this.#fetched = page
      ? { of, items, pageInfo: page.pageInfo, fetching: false, failed: false }
      : { ...before, fetching: false, failed: true };
  }
}
