import type { TypedDocumentString } from '../generated/graphql';
import { instantOf } from '../known.svelte';
import { route } from '../router.svelte';
import { ask, type Answer } from './client';
import { load } from './loaded.svelte';

interface OfThen {
  knownAt?: object | null;
}

/**
 * Asks a page's question: of the present, or of what was known at the instant that the
 * address has, whose answer `lift` brings into the form of the present one.
 */
export class Standing<T, V extends object, K extends OfThen> {
  constructor(
    private readonly present: TypedDocumentString<T, V>,
    private readonly then: TypedDocumentString<K, V & { instant: string }>,
    private readonly lift: (known: NonNullable<K['knownAt']>, whole: K) => T,
  ) {}

  /** Asked once. */
  async ask({ instant, ...variables }: V & { instant: string | null }): Promise<Answer<T>> {
    if (instant === null) return ask(this.present, variables as unknown as V);
    const answer = await ask(this.then, { ...variables, instant } as unknown as V & { instant: string });
    const lifted = (of: K | null | undefined) => (of?.knownAt ? this.lift(of.knownAt, of) : null);
    return { ...answer, data: lifted(answer.data), partial: lifted(answer.partial) };
  }

  /** Asked once of the state that the address has. */
  again(variables: V): Promise<Answer<T>> {
    return this.ask({ ...variables, instant: route.known && instantOf(route.known) });
  }

  /**
   * Asked again whenever the variables or the instant change, null asking nothing; figures of one state never stand
   * for another's.
   */
  load(variables: () => V | null, about: () => string) {
    return load<T, V & { instant: string | null }>(
      this.present,
      () => {
        const asked = variables();
        return asked && { ...asked, instant: route.known && instantOf(route.known) };
      },
      () => `${about()} ${route.known}`,
      ((_: unknown, asked: V & { instant: string | null }) => this.ask(asked)) as never,
    );
  }
}
