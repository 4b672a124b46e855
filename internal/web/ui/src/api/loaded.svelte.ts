import { untrack } from 'svelte';
import type { TypedDocumentString } from '../generated/graphql';
import { PARAMETER_OF } from '../parameters';
import { leaveOut } from '../router.svelte';
import { leadToSignIn } from '../session';
import { ask, send, type Answer, type Fault } from './client';

/** What a view shows of a question: the answer, and how it stands. */
export class Loaded<T> {
  data = $state.raw<T | null>(null);
  /** What was answered where a part of it has a fault. */
  partial = $state.raw<T | null>(null);
  faults = $state.raw<Fault[]>([]);
  keptAt = $state.raw<string | null>(null);
  loading = $state(true);
  #asked = 0;

  /**
   * Takes an answer unless a later question was asked meanwhile. What is shown
   * stays where the same question fails when asked again, not where another does.
   */
  async take(question: () => Promise<Answer<T>>, another = false) {
    const mine = ++this.#asked;
    this.loading = true;
    const answer = await question();
    if (mine !== this.#asked) return;
    if (another || answer.data || !answer.faults.length) this.data = answer.data;
    this.partial = answer.partial ?? null;
    this.faults = answer.faults;
    this.keptAt = answer.keptAt;
    this.loading = false;
  }

  /** Forgets what is shown, for a question about something else. */
  forget() {
    this.#asked++;
    this.data = null;
    this.partial = null;
    this.faults = [];
  }
}

/** How long to wait, in milliseconds, before a lost server is asked again. */
const PATIENCE = 5000;

/**
 * Asks again whenever the variables change; null asks nothing. `about` names the
 * thing asked about; what is asked of accounts is asked by `send`.
 */
export function load<T, V>(
  document: TypedDocumentString<T, V>,
  variables: () => V | null,
  about: () => string = () => '',
  by: typeof send = ask,
): Loaded<T> & { again(): void } {
  const loaded = new Loaded<T>();
  // What the address narrows by and the server does not know is left out, and then asked without.
  const asking = async (asked: V) => {
    const answer = await by(document, asked);
    for (const { field } of answer.faults) if (field && PARAMETER_OF[field]) leaveOut(PARAMETER_OF[field]);
    if (answer.faults.some(({ code }) => code === 'UNAUTHENTICATED')) leadToSignIn();
    return answer;
  };
  let before: string | null = null;
  let last = '';
  $effect(() => {
    const asked = variables();
    const thing = about();
    const text = JSON.stringify(asked);
    untrack(() => {
      if (text === last) return; // the address changed in what this does not ask
      last = text;
      if (before !== null && before !== thing) loaded.forget();
      before = thing;
      if (asked === null) loaded.forget();
      else void loaded.take(() => asking(asked), true);
    });
  });
  const again = () => {
    const asked = variables();
    if (asked !== null) void loaded.take(() => by(document, asked));
  };
  // Asks again as soon as the network is said to be back, and until it, or the server, is.
  $effect(() => {
    window.addEventListener('online', again);
    const lost = loaded.keptAt !== null || ['offline', 'silent'].includes(loaded.faults[0]?.kind ?? '');
    const next = lost && !loaded.loading ? setTimeout(again, PATIENCE) : undefined;
    return () => {
      window.removeEventListener('online', again);
      clearTimeout(next);
    };
  });
  return Object.assign(loaded, { again });
}
