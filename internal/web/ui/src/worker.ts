/// <reference lib="webworker" />
// Keeps the pages and the last answers for times without a network. With one,
// every answer is the server's own.
const scope = self as unknown as ServiceWorkerGlobalScope;

// The build puts the list of files here.
const FILES = 'FILES' as unknown as string[];
// Of ownPages.ts, by the build: a worker of one file cannot share a module with the pages.
declare const OWN_PAGES_SOURCE: string;
const OWN_PAGES = new RegExp(OWN_PAGES_SOURCE);
const PAGES = 'pages-1';
const ANSWERS = 'answers-1';
const MOST_ANSWERS = 300;
const PATIENCE = 8000;
/** What only somebody signed in may see is kept no longer than their session lasts idle. */
const PRIVATE_FOR = 12 * 60 * 60 * 1000;

scope.addEventListener('install', (event) => {
  event.waitUntil(keepPages().then(() => scope.skipWaiting()));
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});

/** Fetches the page and all that it is built from, so that every view opens later. */
async function keepPages() {
  const pages = await caches.open(PAGES);
  const wanted = ['/', ...FILES];
  await pages.addAll(wanted.map((path) => new Request(path, { cache: 'reload' })));
  for (const request of await pages.keys()) {
    if (!wanted.includes(new URL(request.url).pathname)) await pages.delete(request);
  }
}

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== scope.location.origin || request.method !== 'GET') return;
  if (url.pathname === '/graphql') event.respondWith(answer(request));
  else if (request.mode === 'navigate' && OWN_PAGES.test(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/') || FILES.includes(url.pathname)) event.respondWith(file(request));
});

async function answer(request: Request): Promise<Response> {
  const answers = await caches.open(ANSWERS);
  try {
    const response = await fetch(request);
    if (response.ok) {
      const copy = response.clone();
      const headers = new Headers(copy.headers);
      headers.set('X-Kept-At', new Date().toISOString());
      const body = await copy.text();
      if (!body.includes('"errors"')) {
        await answers.put(request, new Response(body, { headers }));
        const today = todayOf(request);
        if (today) await answers.put(today, new Response(body, { headers }));
        const kept = await answers.keys();
        await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_ANSWERS)).map((old) => answers.delete(old)));
      }
    }
    return response;
  } catch (fault) {
    const today = todayOf(request);
    const kept = (await still(answers, request)) ?? (today && (await still(answers, today)));
    if (kept) return kept;
    throw fault;
  }
}

/** What is kept of it, unless it may be shown no more: then it goes. */
async function still(answers: Cache, asked: Request | string): Promise<Response | undefined> {
  const kept = await answers.match(asked, { ignoreVary: true });
  const isPrivate = /private|no-store/.test(kept?.headers.get('Cache-Control') ?? '');
  if (!isPrivate || Date.now() - Date.parse(kept!.headers.get('X-Kept-At')!) < PRIVATE_FOR) return kept;
  await answers.delete(asked, { ignoreVary: true });
  return undefined;
}

/**
 * Where the last answer of a view is kept that is of no day but the present one:
 * tomorrow it asks with other days, and its last figures are wanted all the same.
 * None for a view of a day that was chosen.
 */
function todayOf(request: Request): string | null {
  const asked = new URL(request.url).searchParams;
  try {
    const chosen = new URL(request.referrer).searchParams;
    const variables = JSON.parse(asked.get('variables') ?? '{}') as Record<string, unknown>;
    if (variables.on) return null;
    // All else that is asked stands in the key; these follow from the present day
    // unless the view's address has them.
    const rest = Object.entries(variables).filter(
      ([name]) => !['trendFrom', 'monthBefore', 'from', 'to'].includes(name) || chosen.has(name),
    );
    return `/graphql?today=${encodeURIComponent(JSON.stringify([asked.get('operationName'), rest.sort()]))}`;
  } catch {
    return null;
  }
}

async function page(request: Request): Promise<Response> {
  const pages = await caches.open(PAGES);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) return response;
    return (await pages.match('/')) ?? response;
  } catch (fault) {
    const kept = await pages.match('/');
    if (kept) return kept;
    throw fault;
  }
}

async function file(request: Request): Promise<Response> {
  const pages = await caches.open(PAGES);
  return (await pages.match(request, { ignoreVary: true })) ?? fetch(request);
}
