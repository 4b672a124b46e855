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
    if (['LateMovements', 'LateConcerns', 'LateRelief'].includes(operation)) return NOTHING[operation]!;
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

const none = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
const both = (now: unknown, then = now) => ({
  data: { administrativeNode: now, knownAt: { administrativeNode: then } },
});
const listOf = (nodes: unknown[]) => ({ ...none, nodes });
const ZERO = { received: '0.00', passedDown: '0.00', distributed: '0.00', balance: '0.00', disclosed: '0.00' };
const reliefOf = (emergency = {}, goods: unknown[] = []) => ({
  relief: {
    total: { ...ZERO, ...emergency },
    byClass: [{ reliefClass: 'EMERGENCY', figures: { ...ZERO, ...emergency } }],
    goods,
  },
});
const NOTHING: Record<string, { data: unknown }> = {
  LateMovements: both({ relief: { movements: none } }),
  LateConcerns: both({ concerns: none }),
  LateRelief: both(reliefOf()),
};
/** What one question is answered, and nothing else has changed. */
const only = (operation: string, answer: unknown) => (asked: Record<string, unknown>, of: string) =>
  of === operation ? (answer as { data: unknown }) : answering({ operation: '', then: [], now: [] })(asked, of);

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

  const movement = (ref: string, more: Record<string, unknown> = {}) => ({
    ...{ id: ref, ref, kind: 'DISTRIBUTION', from: publisher(), to: null, reliefClass: 'EMERGENCY', eventRef: null },
    ...{ funds: '1000.00', goodsItem: null, goodsQuantity: null, goodsUnit: null, households: 3, persons: 9 },
    ...{ occurredOn: '2026-11-10', documentNumber: null, disclosure: null },
    ...more,
  });

  test('movements of relief that came in, changed or are there no more are told, whatever their kind', async () => {
    const then = [movement('SAME'), movement('FIXED'), movement('GONE')];
    const now = [
      movement('SINCE', { occurredOn: '2026-11-22', kind: 'DONATION', from: null, to: publisher() }),
      movement('LATE', { goodsItem: '棉被', goodsQuantity: '1200', goodsUnit: '床', documentNumber: '文1号' }),
      movement('FIXED', { funds: '1200.00', households: 4, disclosure: { ref: 'D', title: '公告' } }),
      movement('SAME'),
    ];
    serve(only('LateMovements', both({ relief: { movements: listOf(now) } }, { relief: { movements: listOf(then) } })));
    render(LatePage);
    const region = await part(/^Movements of relief that came in or changed since 4$/);
    expect(rowsOf(region)).toEqual([
      [
        '22 Nov 2026',
        'Donation Donors → 畹町农场 SINCE',
        'Emergency relief',
        '1,000.00',
        'Not there then',
        'occurred since',
      ],
      [
        '10 Nov 2026',
        'Distribution 畹町农场 → Households 棉被: 1,200 床 文1号 LATE',
        'Emergency relief',
        '1,000.00',
        'Not there then',
        '10',
      ],
      [
        '10 Nov 2026',
        'Distribution 畹町农场 → Households FIXED',
        'Emergency relief',
        '1,200.00',
        'Amount was 1,000.00 → is now 1,200.00Households was 3 → is now 4Publication was empty → is now 公告',
        '–',
      ],
      ['10 Nov 2026', 'Distribution 畹町农场 → Households GONE', 'Emergency relief', '1,000.00', 'Not there now', '–'],
    ]);
  });

  test('concerns that came in or were answered since are told, also where no status changed', async () => {
    const concern = (ref: string, more: Record<string, unknown> = {}) => ({
      ...{ id: ref, ref, publisher: publisher(), title: `关切 ${ref}`, severity: 'NORMAL' },
      ...{ detectedAt: '2026-11-17T17:30:00Z', respondedAt: null, response: null, escalatedTo: null },
      ...more,
    });
    const now = [
      concern('SINCE', { detectedAt: '2026-11-21T09:00:00+08:00' }),
      concern('LATE', { severity: 'MAJOR' }),
      concern('ANSWERED', { respondedAt: '2026-11-18T09:00:00+08:00', response: { ref: 'D', title: '答复' } }),
    ];
    serve(only('LateConcerns', both({ concerns: listOf(now) }, { concerns: listOf([concern('ANSWERED')]) })));
    render(LatePage);
    const region = await part(/^Public concerns that came in or changed since 3$/);
    expect(rowsOf(region)).toEqual([
      ['21 Nov 2026', '关切 SINCE', '畹町农场', 'Normal', 'Not there then', 'noticed since'],
      ['18 Nov 2026', '关切 LATE', '畹町农场', 'Major', 'Not there then', '2'],
      [
        '18 Nov 2026',
        '关切 ANSWERED',
        '畹町农场',
        'Normal',
        'Answered was empty → is now 18 Nov 2026, 09:00Answer was empty → is now 答复',
        '–',
      ],
    ]);
  });

  test('figures of relief are told then and now where they differ, by class, and goods by item and unit', async () => {
    const quilts = (received: string) => ({
      ...{ asWritten: '棉被', unitAsWritten: '床', item: 'Quilts', unit: 'pieces' },
      ...{ received, passedDown: '0', distributed: '0.125', balance: '0' },
    });
    serve(
      only(
        'LateRelief',
        both(
          reliefOf({ received: '1200.50', distributed: '10.00' }, [quilts('300')]),
          reliefOf({ distributed: '20.00' }),
        ),
      ),
    );
    render(LatePage);
    const region = await part(/^Relief in all/);
    const texts = (of: HTMLElement) =>
      [...of.querySelectorAll('tbody tr')].map((row) =>
        [...row.children].map((cell) => cell.textContent.trim()).join(' | '),
      );
    expect(texts(region)).toEqual([
      'Emergency relief | Received | 0.00 | 1,200.50 | +1,200.50',
      'Emergency relief | Paid to households | 20.00 | 10.00 | −10.00',
      'Total | Received | 0.00 | 1,200.50 | +1,200.50',
      'Total | Paid to households | 20.00 | 10.00 | −10.00',
    ]);
    const [before, now] = within(region).getAllByRole('link');
    expect(before!.getAttribute('href')).toMatch(/^\/n\/533102\/relief\?known=2026-11-20&.*class=EMERGENCY/);
    expect(now!.getAttribute('href')).not.toContain('known');
    expect(texts(await part(/^Goods in all/))).toEqual([
      'Quilts | pieces | Received | 0 | 300 | +300',
      'Quilts | pieces | Paid to households | 0 | 0.125 | +0.125',
    ]);
  });

  test('where relief is the same, that is said', async () => {
    serve(answering({ operation: '', then: [], now: [] }));
    render(LatePage);
    expect((await part(/^Relief in all/)).textContent).toContain('the same then and now');
    expect(screen.queryByRole('region', { name: /^Goods in all/ })).toBeNull();
    expect((await part(/^Movements of relief/)).textContent).toContain('No movement of relief came in');
    expect((await part(/^Public concerns/)).textContent).toContain('No public concern came in');
  });
});
