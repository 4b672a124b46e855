import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { go } from '../router.svelte';
import { entry, figures, place, publisher } from '../testing/answers';
import { serve } from '../testing/server';
import LatePage from './LatePage.svelte';

const matrix = { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, entries: [], rows: [] };
const states = {
  data: {
    administrativeNode: { ...place(), coverage: figures(), coverageMatrix: matrix },
    knownAt: { sequence: 7, administrativeNode: { coverage: figures(), coverageMatrix: matrix } },
  },
};

const arrival = (ref: string, more: Record<string, unknown> = {}) => ({
  id: ref,
  ref,
  title: `通知 ${ref}`,
  url: `https://example.org/${ref}`,
  published: '2026-11-10',
  publisher: publisher(),
  entry: entry(),
  ...more,
});
type Row = ReturnType<typeof arrival>;

/** The page of 500 that a cursor, the number of rows before it, leads to. */
function pageOf<Item>(rows: Item[], after: unknown) {
  const from = Number(after ?? 0);
  const to = from + 500;
  return {
    list: { nodes: rows.slice(from, to), pageInfo: { hasNextPage: to < rows.length, endCursor: String(to) } },
  };
}

const answering =
  (of: { operation: string; then: string[]; now: Row[] }) => (asked: Record<string, unknown>, operation: string) => {
    if (operation === 'LatePage') return states;
    const { then, now } = operation === of.operation ? of : { then: [], now: [] };
    return {
      data: {
        ...(asked.now ? { administrativeNode: pageOf(now, asked.after) } : {}),
        ...(asked.then
          ? {
              knownAt: {
                administrativeNode: pageOf(
                  then.map((ref) => ({ ref })),
                  asked.afterThen,
                ),
              },
            }
          : {}),
      },
    };
  };

const part = (name: RegExp) => screen.findByRole('region', { name });
const rowsOf = (region: HTMLElement) =>
  [...region.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()),
  );
const refs = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `D${from + i}`);

describe('LatePage', () => {
  beforeEach(() => go('/n/533102/late?on=2026-11-24&known=2026-11-20', { replace: true }));

  test('documents that came in are named with their publishers, and for how long they were unrecorded', async () => {
    const asked = serve(
      answering({
        operation: 'LateDocuments',
        then: ['KNOWN', 'GONE'],
        now: [
          arrival('DRAFT', { published: null, url: null }),
          arrival('SINCE', { published: '2026-11-23' }),
          arrival('SAME', { published: '2026-11-20' }),
          arrival('KNOWN'),
          arrival('LATE', { publisher: publisher('533102102', '弄岛镇'), entry: entry('2.1', '应急预案') }),
        ],
      }),
    );
    render(LatePage);
    const region = await part(/^Documents that came in since 4$/);
    expect(rowsOf(region)).toEqual([
      ['not yet', '通知 DRAFT', '畹町农场', '1.1 政策文件', '–'],
      ['23 Nov 2026', '通知 SINCE', '畹町农场', '1.1 政策文件', 'published since'],
      ['20 Nov 2026', '通知 SAME', '畹町农场', '1.1 政策文件', '0'],
      ['10 Nov 2026', '通知 LATE', '弄岛镇', '2.1 应急预案', '10'],
    ]);
    expect(within(region).getByRole('link', { name: '通知 LATE' }).getAttribute('href')).toBe(
      'https://example.org/LATE',
    );
    expect(within(region).queryByRole('link', { name: '通知 DRAFT' })).toBeNull();
    expect(within(region).getByRole('link', { name: '2.1 应急预案' }).getAttribute('href')).toBe(
      '/c/533102102/2.1?on=2026-11-24',
    );
    expect(within(region).queryByText(/Only the newest/)).toBeNull();
    const [question] = asked.filter(({ operation }) => operation === 'LateDocuments');
    expect(question!.variables).toMatchObject({ code: '533102', instant: '2026-11-20T23:59:59.999999+08:00' });
    expect((await part(/^News that came in/)).textContent).toContain('No news came in since');
  });

  test('news that came in are told by their day in Shanghai', async () => {
    go('/n/533102/late?on=2026-11-24&known=2026-11-20T09:00', { replace: true });
    serve(
      answering({
        operation: 'LateNews',
        then: ['KNOWN'],
        now: [
          arrival('AFTER', { published: '2026-11-20T10:00:00+08:00' }),
          arrival('LATE', { published: '2026-11-18T17:30:00Z' }),
          arrival('KNOWN'),
        ],
      }),
    );
    render(LatePage);
    const region = await part(/^News that came in since 2$/);
    expect(rowsOf(region)).toEqual([
      ['20 Nov 2026', '通知 AFTER', '畹町农场', '1.1 政策文件', 'published since'],
      ['19 Nov 2026', '通知 LATE', '畹町农场', '1.1 政策文件', '1'],
    ]);
    expect((await part(/^Documents that came in/)).textContent).toContain('No document came in since');
  });

  test('where nothing came in, that is said', async () => {
    serve(answering({ operation: 'LateDocuments', then: ['A', 'B'], now: [arrival('A'), arrival('B')] }));
    render(LatePage);
    const region = await part(/^Documents that came in since 0$/);
    expect(region.textContent).toContain('No document came in since');
    expect(within(region).queryByRole('table')).toBeNull();
  });

  test('further pages of both states are read before anything is told', async () => {
    // What is on the first page of now was on the second of then.
    const then = refs(0, 900);
    const now = [
      arrival('NEW'),
      ...refs(0, 900)
        .reverse()
        .map((ref) => arrival(ref)),
    ];
    const asked = serve(answering({ operation: 'LateDocuments', then, now }));
    render(LatePage);
    const region = await part(/^Documents that came in since 1$/);
    expect(rowsOf(region).map(([, title]) => title)).toEqual(['通知 NEW']);
    expect(region.textContent).not.toContain('Only the newest');
    expect(asked.filter(({ operation }) => operation === 'LateDocuments')).toHaveLength(3);
  });

  test('beyond the bound no more is read, and that is said', async () => {
    const now = [arrival('NEW'), ...refs(0, 3000).map((ref) => arrival(ref))];
    const asked = serve(answering({ operation: 'LateDocuments', then: refs(0, 3000), now }));
    const { unmount } = render(LatePage);
    const region = await part(/^Documents that came in since 1$/);
    within(region).getByText(/Only the newest 2,000 of each state compared: what stood further down/);
    const pages = asked.filter(({ operation }) => operation === 'LateDocuments').map(({ variables }) => variables);
    const read = (side: 'now' | 'then', after: 'after' | 'afterThen') =>
      pages.filter((one) => one[side]).map((one) => one[after] ?? null);
    expect(read('now', 'after')).toEqual([null, '500', '1000', '1500']);
    expect(read('then', 'afterThen')).toEqual([null, '500', '1000', '1500']);
    unmount();
    serve(answering({ operation: 'LateDocuments', then: refs(0, 10), now: now.slice(0, 2600) }));
    render(LatePage);
    within(await part(/^Documents that came in since 1,990$/)).getByText(
      'Only the newest 2,000 of each state compared',
    );
  });

  test('a page that fails is told instead of a comparison, and is asked for again', async () => {
    let failing = true;
    const answer = answering({
      operation: 'LateDocuments',
      then: refs(0, 700),
      now: refs(0, 700).map((ref) => arrival(ref)),
    });
    serve((asked, operation) =>
      failing && asked.afterThen ? { errors: [{ message: 'away' }] } : answer(asked, operation),
    );
    render(LatePage);
    const region = await part(/^Documents that came in since/);
    await within(region).findByText(/More could not be loaded/);
    expect(within(region).queryByRole('table')).toBeNull();
    failing = false;
    await userEvent.click(within(region).getByRole('button', { name: 'Try again' }));
    await part(/^Documents that came in since 0$/);
    await waitFor(() => expect(screen.queryByText(/More could not be loaded/)).toBeNull());
  });
});
