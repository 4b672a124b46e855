import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { go, route } from '../router.svelte';
import { entry, figures, gap, place, publisher } from '../testing/answers';
import { later, serve } from '../testing/server';
import GapsPage from './GapsPage.svelte';

const categories = [
  { name: '政策', shown: 'Policies', entries: [{ ...entry('1.1', '政策文件'), leaf: true }] },
  { name: '管理', shown: 'Management', entries: [{ ...entry('2.1', '应急预案'), leaf: true }] },
];

const page = (gaps: ReturnType<typeof gap>[], { total = gaps.length, endCursor = null as string | null } = {}) => ({
  data: {
    administrativeNode: {
      ...place(),
      coverage: figures(),
      catalog: { categories },
      gaps: {
        totalCount: total,
        pageInfo: { hasNextPage: endCursor !== null, endCursor },
        edges: gaps.map((node) => ({ node })),
      },
    },
  },
});

const filters = () => within(screen.getByRole('region', { name: 'Filter' }));
const reasons = () => [...document.querySelectorAll('button.reason')].map((button) => button.textContent.trim());

describe('GapsPage', () => {
  beforeEach(() => go('/n/533102/gaps?on=2026-11-24', { replace: true }));

  test('filters stand in the address, are asked for, and are cleared together', async () => {
    const body = { ...publisher(), validTo: null, ancestors: place().ancestors.concat(place() as never) };
    const elsewhere = { ...body, code: '530523101', name: 'Elsewhere', ancestors: place().ancestors };
    const asked = serve((_, operation) =>
      operation === 'FindNodes'
        ? { data: { administrativeNodes: { edges: [elsewhere, body].map((node) => ({ node })) } } }
        : page([gap('G1')]),
    );
    render(GapsPage);
    await screen.findByText('1 gap');
    await userEvent.click(filters().getByRole('checkbox', { name: 'Stale' }));
    await userEvent.selectOptions(filters().getByLabelText('Category'), '管理');
    await userEvent.type(filters().getByRole('combobox', { name: 'Body' }), 'wanding');
    await userEvent.click(await screen.findByRole('option', { name: /畹町农场/ }));
    expect(screen.queryByText('Elsewhere')).toBeNull();
    await waitFor(() =>
      expect(asked.at(-1)!.variables.filter).toEqual({
        statuses: ['STALE'],
        categories: ['管理'],
        publishers: ['533102401'],
      }),
    );
    expect(route.address.query.getAll('status')).toEqual(['STALE']);
    const file = screen.getByRole('link', { name: 'CSV' }).getAttribute('href')!;
    expect(JSON.parse(new URLSearchParams(file.split('?')[1]).get('filter')!)).toEqual(asked.at(-1)!.variables.filter);
    await userEvent.click(filters().getByRole('button', { name: 'Clear the filter' }));
    await waitFor(() => expect(asked.at(-1)!.variables.filter).toEqual({}));
    expect(window.location.search).toBe('?on=2026-11-24');
  });

  test('a filter that is given twice, and categories of the same name, are shown', async () => {
    go('/n/533102/gaps?on=2026-11-24&status=STALE&status=STALE', { replace: true });
    const twice = page([gap('G1')]);
    twice.data.administrativeNode.catalog.categories = [categories[0]!, { ...categories[1]!, name: '政策' }];
    serve(() => twice);
    render(GapsPage);
    await screen.findByText('1 gap');
    expect(filters().getAllByRole('button', { name: /^Stale/ })).toHaveLength(2);
  });

  test('what the server does not know is left out, and that is said', async () => {
    const asked = serve(({ filter }) =>
      (filter as { publishers?: string[] }).publishers
        ? {
            data: { administrativeNode: { ...page([]).data.administrativeNode, gaps: null } },
            errors: [
              {
                message: 'publishers: there is no node of the code "zz"',
                path: ['administrativeNode', 'gaps'],
                extensions: { code: 'INVALID_INPUT', field: 'publishers' },
              },
            ],
          }
        : page([gap('G1')]),
    );
    go('/n/533102/gaps?publisher=zz&status=STALE', { replace: true });
    render(GapsPage);
    await screen.findByText('1 gap');
    expect(asked.at(-1)!.variables.filter).toEqual({ statuses: ['STALE'] });
    expect(screen.getByText(/“publisher=zz”, which cannot be read/)).toBeTruthy();
    expect(screen.queryByText(/there is no node/)).toBeNull();
  });

  test('the frame stays where the rest is refused', async () => {
    serve(() => ({
      data: { administrativeNode: { ...page([]).data.administrativeNode, gaps: null } },
      errors: [{ message: 'no', path: ['administrativeNode', 'gaps'], extensions: { code: 'INVALID_INPUT' } }],
    }));
    render(GapsPage);
    expect((await screen.findByRole('heading', { level: 1 })).textContent).toBe('瑞丽市 · Gaps');
    expect(screen.getByRole('link', { name: '云南省' })).toBeTruthy();
  });

  test('a category leaves its own entries to choose from', async () => {
    serve(() => page([gap('G1')]));
    go('/n/533102/gaps?category=管理', { replace: true });
    render(GapsPage);
    await screen.findByText('1 gap');
    const options = within(filters().getByLabelText('Item')).getAllByRole('option');
    expect(options.map((option) => (option as HTMLOptionElement).value)).toEqual(['', '2.1']);
  });

  test('what the address asks for wrongly is left out', async () => {
    const asked = serve(() => page([]));
    go('/n/533102/gaps?status=COVERED&status=NONE&days=-3&group=other', { replace: true });
    render(GapsPage);
    await screen.findByText('0 gaps');
    expect(asked[0]!.variables).toMatchObject({ filter: {}, orderBy: 'PUBLISHER' });
  });

  test('stand under their bodies, under their entries, or alone', async () => {
    const asked = serve(() =>
      page([
        gap('G1'),
        gap('G2', { publisher: publisher('533102102', '弄岛镇') }),
        gap('G3', { entry: { ...entry('2.1', '应急预案'), legalBasis: '' } }),
      ]),
    );
    render(GapsPage);
    await screen.findByText('3 gaps');
    const groups = () =>
      [...document.querySelectorAll('tr.group')].map((row) => row.textContent.replace(/\s+/g, ' ').trim());
    expect(groups()).toEqual(['畹町农场 2', '弄岛镇 1']);
    await userEvent.selectOptions(filters().getByLabelText('Group'), 'entry');
    await waitFor(() => expect(groups()).toEqual(['1.1 政策文件 2', '2.1 应急预案 1']));
    expect(asked.at(-1)!.variables.orderBy).toBe('ENTRY');
    await userEvent.selectOptions(filters().getByLabelText('Group'), 'oldest');
    await waitFor(() => expect(groups()).toEqual([]));
    expect(reasons()).toEqual(['rule of G1', 'rule of G2', 'rule of G3']);
  });

  test('an entry reads as elsewhere, with spaces about its dot', async () => {
    serve(() =>
      page([gap('G1', { entry: { ...entry('3.2.3', '救助审定信息'), subItem: '倒损住房', legalBasis: '' } })]),
    );
    render(GapsPage);
    await screen.findByText('1 gap');
    const cell = document.querySelector('td.entry')!;
    expect(cell.textContent.replace(/\s+/g, ' ').trim()).toBe('3.2.3 救助审定信息 · 倒损住房');
  });

  test('a gap that did not begin on the day after its due day says when it did', async () => {
    serve(() => page([gap('G1'), gap('G2', { since: '2026-08-05', daysOpen: 112 })]));
    render(GapsPage);
    await screen.findByText('2 gaps');
    const whys = [...document.querySelectorAll('td.why')].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim());
    expect(whys).toEqual(['rule of G1 due 30 Sep 2026', 'rule of G2 due 30 Sep 2026 since 5 Aug 2026']);
  });

  test('a reason opens without asking the list again, and closes when the list is narrowed', async () => {
    const asked = serve((_, operation) =>
      operation === 'GapsPage' ? page([gap('G1'), gap('G2')]) : { data: { node: null } },
    );
    render(GapsPage);
    await screen.findByText('2 gaps');
    await userEvent.click(screen.getByRole('button', { name: 'rule of G2' }));
    expect(route.address.query.get('gap')).toBe('G2');
    await waitFor(() => expect(asked.map(({ operation }) => operation)).toEqual(['GapsPage', 'GapReason']));
    expect(screen.getByRole('button', { name: 'rule of G2' }).getAttribute('aria-expanded')).toBe('true');
    await userEvent.click(filters().getByRole('checkbox', { name: 'Overdue' }));
    expect(route.address.query.has('gap')).toBe(false);
  });

  test('more are fetched as the list stands; those of another list are never mixed in', async () => {
    const late = later<ReturnType<typeof page>>();
    let answer = (after: unknown): ReturnType<typeof page> | Promise<ReturnType<typeof page>> =>
      after ? page([gap('G2')], { total: 3, endCursor: 'C2' }) : page([gap('G1')], { total: 3, endCursor: 'C1' });
    const asked = serve(({ after }) => answer(after));
    render(GapsPage);
    await userEvent.click(await screen.findByRole('button', { name: 'Load 2 more' }));
    await screen.findByRole('button', { name: 'rule of G2' });
    expect(asked.at(-1)!.variables).toMatchObject({ after: 'C1', filter: {}, orderBy: 'PUBLISHER' });
    answer = (after) => (after ? late.promise : page([gap('G9')]));
    await userEvent.click(screen.getByRole('button', { name: 'Load 1 more' }));
    await userEvent.click(filters().getByRole('checkbox', { name: 'Overdue' }));
    await screen.findByRole('button', { name: 'rule of G9' });
    late.settle(page([gap('G3')]));
    await late.promise;
    await waitFor(() => expect(reasons()).toEqual(['rule of G9']));
  });

  test('more that fail are told, and can be asked for again', async () => {
    let failing = true;
    serve(({ after }) => {
      if (!after) return page([gap('G1')], { total: 2, endCursor: 'C1' });
      return failing ? { errors: [{ message: 'away' }] } : page([gap('G2')], { total: 2 });
    });
    render(GapsPage);
    await userEvent.click(await screen.findByRole('button', { name: 'Load 1 more' }));
    expect((await screen.findByRole('alert')).textContent).toContain('More could not be loaded');
    expect(reasons()).toEqual(['rule of G1']);
    failing = false;
    await userEvent.click(screen.getByRole('button', { name: 'Load 1 more' }));
    await waitFor(() => expect(reasons()).toEqual(['rule of G1', 'rule of G2']));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('a place that is not there and an answer that failed are told apart', async () => {
    let errors: { message: string; extensions: Record<string, string> }[] = [];
    serve(() => ({ data: { administrativeNode: null }, ...(errors.length ? { errors } : {}) }));
    const { unmount } = render(GapsPage);
    await screen.findByRole('heading', { name: /No place or department has the code/ });
    unmount();
    errors = [{ message: 'too long', extensions: { code: 'TIMEOUT', requestId: 'R1' } }];
    render(GapsPage);
    await screen.findByRole('heading', { name: 'The service is unavailable just now' });
    expect(screen.queryByText(/has the code/)).toBeNull();
  });
});
