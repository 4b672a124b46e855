// Every view is a link: the address holds all of what it shows.

import { known } from './known.svelte';
import { OWN_PAGES } from './ownPages';
import { ACCOUNT_VIEWS, NODE_VIEWS, type NodeView, type View } from './views';

export interface Address {
  view: View;
  code: string;
  /** Of a cell its entry, of an order its ref. */
  entry: string;
  query: URLSearchParams;
}

/** Reads an address. A department's code holds a slash, which is %2F in it. */
export function readAddress(location: { pathname: string; search: string }): Address {
  const parts = location.pathname.split('/').slice(1);
  const query = new URLSearchParams(location.search);
  const [kind, first = '', second = '', ...rest] = parts.map(decoded);
  const address = (view: View, code = '', entry = ''): Address => ({ view, code, entry, query });
  if (kind === '') return address('start');
  const ofAccounts = ACCOUNT_VIEWS.find((name) => name === kind && parts.length === 1);
  if (ofAccounts) return address(ofAccounts);
  if (kind === 'n' && first && !rest.length) {
    if (!second) return address('node', first);
    const view = NODE_VIEWS.find((name) => name === second && name !== 'node');
    if (view) return address(view, first);
  }
  if (kind === 'c' && first && second && !rest.length) return address('cell', first, second);
  if (kind === 'o' && first && second && !rest.length) return address('order', first, second);
  return address('unknown');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

type Parameters = Record<string, string | number | boolean | null | undefined | string[]>;

function withQuery(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) value.forEach((one) => query.append(name, one));
    else if (value !== null && value !== undefined && value !== '' && value !== false) query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The start, which goes on to the node visited last. */
export const startAddress = (parameters: Parameters = {}) => standing('/', parameters);

/** A page as it stands at the instant that is asked about, unless the parameters name another. */
const standing = (path: string, parameters: Parameters) => withQuery(path, { known: known.asked, ...parameters });

export const nodeAddress = (code: string, parameters: Parameters = {}) =>
  standing(`/n/${encodeURIComponent(code)}`, parameters);

export const viewAddress = (code: string, view: NodeView, parameters: Parameters = {}) =>
  view === 'node' ? nodeAddress(code, parameters) : standing(`/n/${encodeURIComponent(code)}/${view}`, parameters);

export const cellAddress = (publisher: string, entry: string, parameters: Parameters = {}) =>
  standing(`/c/${encodeURIComponent(publisher)}/${encodeURIComponent(entry)}`, parameters);

export const orderAddress = (publisher: string, ref: string, parameters: Parameters = {}) =>
  standing(`/o/${encodeURIComponent(publisher)}/${encodeURIComponent(ref)}`, parameters);

/** Where one signs in, and which page is returned to. */
export const signInAddress = (back: string) => withQuery('/signin', { back });

/** Where the provider signs one in, and which page is returned to. */
export const providerAddress = (back: string) => withQuery('/oidc/login', { back });

/** The page to return to after signing in: one of ours, whatever the address says; else the start. */
export function returnAddress(back: string | null): string {
  if (!back || !URL.canParse(back, window.location.origin)) return startAddress();
  const { origin, pathname, search } = new URL(back, window.location.origin);
  const ours = origin === window.location.origin && OWN_PAGES.test(pathname) && pathname !== '/signin';
  return ours ? pathname + search : startAddress();
}

/** The address of a document's page, where it is one that a browser may be led to: facts hold any text there. */
export const pageAddress = (url: string | null | undefined) => (url && /^https?:\/\//i.test(url) ? url : undefined);

/** The address of an export: the arguments of the GraphQL field of that name. */
export const exportAddress = (name: string, format: 'csv' | 'xlsx' | 'ndjson', parameters: Parameters) =>
  withQuery(`/export/${name}.${format}`, parameters);

/** Where the calendar of due days is that a token shows, whole: it is put into other programs. */
export const dueAddress = (token: string) => new URL(`/due/${token}.ics`, window.location.href).href;
