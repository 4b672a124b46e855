import { providerAddress, returnAddress, signInAddress, startAddress } from './addresses';
import { lost } from './api/client';
import { go } from './router.svelte';
import { ACCOUNT_VIEWS } from './views';
import { forgetName, keepName } from './whoAsks';

/** How signing in went; `wait` is after how many seconds one may try again. */
export type SignedIn = { kind: 'done' | 'wrong' | 'offline' | 'silent' | 'server' } | { kind: 'often'; wait: number };

const asked = (init: RequestInit) =>
  fetch('/session', { ...init, headers: { 'content-type': 'application/json' } }).catch(() => null);

/** Signs in. The password goes in the body alone. */
export async function signIn(name: string, password: string): Promise<SignedIn> {
  const response = await asked({ method: 'POST', body: JSON.stringify({ name, password }) });
  if (!response) return { kind: lost() };
  if (response.status === 401) return { kind: 'wrong' };
  if (response.status === 429) return { kind: 'often', wait: Number(response.headers.get('Retry-After')) || 60 };
  return { kind: response.ok ? 'done' : 'server' };
}

/** Signs out; false where the server was not reached, and one is signed in as before. */
export async function signOut(): Promise<boolean> {
  const response = await asked({ method: 'DELETE' });
  if (!response?.ok) return false;
  const { pathname, search } = window.location;
  await begin(ACCOUNT_VIEWS.some((view) => pathname === `/${view}`) ? startAddress() : pathname + search);
  return true;
}

/**
 * Goes on as somebody else: what was answered to the one before is kept no more, by the
 * worker nor by the page, which is loaded anew.
 */
export async function begin(at: string, as?: string) {
  forgetName();
  if (as !== undefined) keepName(as);
  await forgetAnswers();
  window.location.replace(at);
}

/** Empties what the worker keeps of answers. */
export async function forgetAnswers() {
  if (!('caches' in window)) return;
  for (const name of await caches.keys()) if (name.startsWith('answers-')) await caches.delete(name);
}

/** Leads to signing in, and from there back to the present page. */
export function leadToSignIn() {
  const { pathname, search } = window.location;
  if (pathname !== '/signin') go(signInAddress(pathname + search), { replace: true });
}

/** The page that signing in leads to. */
export const afterSigningIn = (query: URLSearchParams) => returnAddress(query.get('back'));

export interface Demo {
  accounts: { name: string; displayName: string }[];
  password: string;
}

/** What there is besides name and password; `subject` came from the provider, and no account is bound to it. */
export interface Ways {
  demo: Demo | null;
  provider: boolean;
  subject?: string;
}

export async function waysIn(): Promise<Ways | null> {
  const response = await fetch('/session').catch(() => null);
  if (!response?.ok) return null;
  return (await response.json()) as Ways;
}

/** Leads to the provider, which leads back to the page that signs in. */
export const leadToProvider = (query: URLSearchParams) =>
  window.location.assign(providerAddress(afterSigningIn(query)));

/** Goes on as whom the provider has just signed in, whose name is not known yet; false where it has not. */
export function beginByProvider(query: URLSearchParams): boolean {
  if (!query.has('done')) return false;
  void begin(afterSigningIn(query), '');
  return true;
}

const REFUSED = [
  'away',
  'denied',
  'rejected',
  'begun',
  'code',
  'token',
  'clock',
  'unbound',
  'disabled',
  'busy',
] as const;

/** Why nobody is in by the provider, as the address tells; null where it tells nothing. */
export function refusedBy(query: URLSearchParams): (typeof REFUSED)[number] | 'fault' | null {
  const given = query.get('refused');
  return given === null ? null : (REFUSED.find((one) => one === given) ?? 'fault');
}
