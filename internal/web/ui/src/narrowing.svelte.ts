import { forwards, isDay } from './dates';
import { day } from './format.svelte';
import { t } from './messages/index.svelte';
import { changeQuery, route } from './router.svelte';

/** What the address narrows a list of documents or news by: title, publisher and days, to that of the page at most. */
export class Narrowing {
  readonly #day = (name: 'from' | 'to') => {
    const asked = route.address.query.get(name);
    return isDay(asked) ? asked : undefined;
  };
  readonly title = $derived(route.address.query.get('title')?.slice(0, 100) || undefined);
  readonly publisher = $derived(route.address.query.get('publisher') || undefined);
  readonly span: { from?: string; to?: string; turned: boolean } = $derived.by(() => {
    const from = this.#day('from');
    const to = this.#day('to') ?? route.on ?? undefined;
    return from && to ? forwards(from, to) : { ...(from ? { from } : {}), ...(to ? { to } : {}), turned: false };
  });
  /** The last day, where it is more than that of the page. */
  readonly lastDay = $derived(this.#day('to') || this.span.turned ? this.span.to : undefined);
  readonly filter = $derived({
    ...(this.span.from ? { from: this.span.from } : {}),
    ...(this.span.to ? { to: this.span.to } : {}),
    ...(this.title ? { title: this.title } : {}),
    ...(this.publisher ? { publishers: [this.publisher] } : {}),
  });

  /** What is set, in words, each with what takes it back. */
  chosen(publisher: string | undefined): { text: string; clear: () => void }[] {
    const without = (name: string) => () => changeQuery({ [name]: null });
    const { from } = this.span;
    return [
      ...(this.title ? [{ text: `${t('documents.titleHas')} ${this.title}`, clear: without('title') }] : []),
      ...(this.publisher ? [{ text: publisher ?? this.publisher, clear: without('publisher') }] : []),
      ...(from ? [{ text: `${t('documents.from')} ${day(from)}`, clear: without('from') }] : []),
      ...(this.lastDay ? [{ text: `${t('documents.to')} ${day(this.lastDay)}`, clear: without('to') }] : []),
    ];
  }
}
