import { readAddress, type Address } from './addresses';
import { isDay, isMonth, lastOfMonth, today } from './dates';
import { dayOf, known } from './known.svelte';
import { OWN_PAGES } from './ownPages';

let given = $state.raw<Address>(readAddress(window.location));
known.take(given.query.get('known'));
/** What the address narrows by, as NAME=VALUE, and the server knows nothing of. */
let unknown = $state.raw<string[]>([]);
const address = $derived.by((): Address => {
  const query = new URLSearchParams([...given.query].filter((pair) => !unknown.includes(pair.join('='))));
  return { ...given, query };
});

/** What the address bar says now, without what the server knows nothing of. */
export const route = {
  get address() {
    return address;
  },
  /** All that the address bar says. */
  get given() {
    return given.query;
  },
  get unknown() {
    return unknown.filter((one) => [...given.query].some((pair) => pair.join('=') === one));
  },
  /** The day that the address asks for, of a month its last, of an instant its own; null is today. */
  get on(): string | null {
    const asked = address.query.get('on');
    if (isDay(asked)) return asked;
    const month = address.query.get('month');
    if (isMonth(month) && lastOfMonth(month) < today()) return lastOfMonth(month);
    return known.asked && dayOf(known.asked);
  },
  /** The instant whose records count, as the address has it; null is the present. */
  get known() {
    return known.asked;
  },
  /** The address with all that narrows its page taken out; null where nothing does. */
  get unfiltered(): string | null {
    const { query } = address;
    const kept = ['on', 'known'];
    if ([...query.keys()].every((name) => kept.includes(name))) return null;
    const left = new URLSearchParams([...query].filter(([name]) => kept.includes(name))).toString();
    return window.location.pathname + (left && `?${left}`);
  },
};

function changed() {
  given = readAddress(window.location);
  known.take(given.query.get('known'));
}

/** Leaves a parameter out of what the address says: the server knows no such thing. */
export function leaveOut(name: string) {
  const values = address.query.getAll(name);
  if (values.length) unknown = [...unknown, ...values.map((value) => `${name}=${value}`)];
}

window.addEventListener('popstate', (event: PopStateEvent) => {
  changed();
  scrollBack(Number((event.state as { top?: number } | null)?.top ?? 0));
});

/** Goes back to where a page was scrolled to, as soon as it is as long again. */
function scrollBack(top: number, until = performance.now() + 3000) {
  if (document.documentElement.scrollHeight - window.innerHeight >= top || performance.now() > until)
    window.scrollTo(0, top);
  else requestAnimationFrame(() => scrollBack(top, until));
}

/** Steps that follow each other within so many milliseconds are gone back at once. */
const TOGETHER = 1000;
let stepped = -TOGETHER;

/**
 * Goes to an address of ours. `replace` leaves no step to go back to; of `step`s,
 * as from day to day, those that follow at once leave one.
 */
export function go(to: string, { replace = false, step = false } = {}) {
  if (to === window.location.pathname + window.location.search) return;
  const samePage = to.split('?')[0] === window.location.pathname;
  const together = step && performance.now() - stepped < TOGETHER;
  stepped = step ? performance.now() : -TOGETHER;
  if (replace || together) window.history.replaceState(null, '', to);
  else {
    window.history.replaceState({ top: window.scrollY }, '');
    window.history.pushState(null, '', to);
  }
  changed();
  if (!samePage) {
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  }
}

/** Changes some parameters of the present address, which can be gone back; null takes one out. */
export function changeQuery(changes: Record<string, string | number | null | undefined | string[]>) {
  const query = new URLSearchParams(address.query);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    if (Array.isArray(value)) value.forEach((one) => query.append(name, one));
    else if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  go(window.location.pathname + (text ? `?${text}` : ''), { step: true });
}

/** Lets links of ours change the page without loading it again. */
export function followLinks(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element).closest('a');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== window.location.origin) return;
  if (!OWN_PAGES.test(link.pathname)) return;
  if (link.hash && link.pathname === window.location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
