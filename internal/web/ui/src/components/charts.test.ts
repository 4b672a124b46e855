import { render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CellStatus } from '../generated/graphql';
import { figures } from '../testing/answers';
import Band from './Band.svelte';
import Flow from './Flow.svelte';
import Spread from './Spread.svelte';
import StatusBar from './StatusBar.svelte';
import Trend from './Trend.svelte';

interface Series {
  data: Record<string, unknown>[];
  links: { source: string; target: string; value: number; said: string }[];
  markLine: { data: { xAxis: unknown }[] };
  markArea?: { data: { xAxis: unknown }[][] };
}
interface Drawn {
  series: Series[];
  yAxis: { min: number };
  xAxis: { min: unknown; max: unknown };
}

// What is drawn is looked at as it is given to ECharts, which needs a page with a layout.
const drawn = vi.hoisted((): { option: unknown; ended: number } => ({ option: null, ended: 0 }));
vi.mock('../charts/echarts', () => ({
  init: () => ({
    setOption: (option: unknown) => (drawn.option = option),
    resize: () => {},
    on: () => {},
    dispose: () => drawn.ended++,
  }),
}));
const chart = async () => {
  await waitFor(() => expect(drawn.option).not.toBeNull());
  return drawn.option as Drawn;
};
beforeEach(() => {
  drawn.option = null;
  drawn.ended = 0;
});

/** The table of a chart's numbers, a text a cell. */
const table = () =>
  within(screen.getByRole('table', { hidden: true }))
    .getAllByRole('row', { hidden: true })
    .map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent.trim()));

describe('Flow', () => {
  const node = (id: string, kind: string, more = {}) => ({
    key: id,
    reliefClass: 'EMERGENCY' as const,
    kind,
    level: null as string | null,
    department: null as boolean | null,
    figures: { received: '0', passedDown: '0', distributed: '0', balance: '0', disclosed: '0' },
    ...more,
  });
  const link = (source: string, target: string, amount: string, disclosed: string) => ({
    source,
    target,
    reliefClass: 'EMERGENCY' as const,
    amount,
    disclosed,
  });
  const flow = {
    nodes: [node('above', 'ABOVE'), node('county', 'OF_LEVEL', { level: 'COUNTY' }), node('homes', 'HOUSEHOLDS')],
    links: [link('above', 'county', '12345678901234567.89', '0.00'), link('county', 'homes', '100.10', '40.05')],
  } as unknown as Parameters<typeof Flow>[1]['flow'];

  test('amounts are exact; what comes from above is nobody here’s to disclose', () => {
    render(Flow, { flow, inWan: false });
    const [, fromAbove, toHomes] = table();
    expect(fromAbove!.slice(2)).toEqual(['County', '12,345,678,901,234,567.89', 'does not apply', 'does not apply']);
    expect(toHomes!.slice(3)).toEqual(['100.10', '40.05', '60.05']);
  });

  test('in millions they have two places', () => {
    render(Flow, { flow, inWan: true });
    expect(table()[2]!.slice(3)).toEqual(['0.00', '0.00', '0.00']);
  });

  test('draws what is disclosed and what is not apart', async () => {
    render(Flow, { flow, inWan: false });
    const { links } = (await chart()).series[0]!;
    expect(links.map(({ source, value }) => [source, value])).toEqual([
      ['above', Number('12345678901234567.89')],
      ['county', 40.05],
      ['county', 60.05],
    ]);
    expect(links[2]!.said).toContain('60.05');
  });

  test('says that nothing moved', () => {
    render(Flow, { flow: { ...flow, links: [] }, inWan: false });
    expect(screen.queryByRole('img')).toBeNull();
  });
});

describe('Trend', () => {
  const points = [
    { ...figures({ coverageRate: 0.71, missing: 1, overdue: 0, stale: 0 }), asOf: '2026-09-30' },
    { ...figures({ coverageRate: null, required: 0, missing: 0, overdue: 0, stale: 0 }), asOf: '2026-10-31' },
    { ...figures({ coverageRate: 0.9, missing: 0, overdue: 2, stale: 1 }), asOf: '2026-11-30' },
  ];
  const span = { from: '2026-09-01', to: '2026-11-30' };

  test('has a row a month, and a gap where there is no rate', async () => {
    render(Trend, { points, catalogs: [], successions: [], ...span });
    expect(table().slice(1)).toEqual([
      ['2026-09-30', '71.0%', '10', '1'],
      ['2026-10-31', 'none yet', '0', '0'],
      ['2026-11-30', '90.0%', '10', '3'],
    ]);
    const { series, yAxis } = await chart();
    expect(series[0]!.data[1]).toEqual(['2026-10-31', null]);
    expect(yAxis.min).toBe(0); // as that of every node
  });

  test('marks catalogs and successions within the span, in their order', async () => {
    const nodes = (...names: string[]) => names.map((name) => ({ name }));
    render(Trend, {
      points,
      catalogs: [
        { from: '2026-01-01', catalog: { title: 'Old' } },
        { from: '2026-11-01', catalog: { title: 'New' } },
      ],
      successions: [{ on: '2026-10-01', ended: nodes('A', 'B'), began: nodes('C') }],
      ...span,
    });
    const marks = screen.getAllByRole('listitem').map((mark) => mark.textContent);
    expect(marks).toEqual([
      expect.stringContaining('Abolished: A, B'),
      expect.stringContaining('C'),
      expect.stringContaining('New'),
    ]);
    expect((await chart()).series[0]!.markLine.data).toEqual([
      { xAxis: '2026-10-01' },
      { xAxis: '2026-10-01' },
      { xAxis: '2026-11-01' },
    ]);
  });

  test('a chart that is gone is taken down', async () => {
    const { unmount } = render(Trend, { points, catalogs: [], successions: [], ...span });
    await chart();
    unmount();
    expect(drawn.ended).toBe(1);
  });
});

describe('Spread', () => {
  const placed = (code: string, coverageRate: number | null) => ({
    node: { code, name: `place ${code}` },
    figures: { coverageRate },
  });

  test('draws equal rates one above the other, its own apart, and none without a rate', async () => {
    render(Spread, {
      places: [placed('1', 0.5), placed('2', 0.5), placed('3', 0.82), placed('4', null)],
      quartiles: { least: 0.5, lowerQuartile: 0.5, median: 0.5, upperQuartile: 0.82, most: 0.82, mean: 0.6067 },
      self: '2',
    });
    const { series, xAxis } = await chart();
    expect(series[0]!.data.map(({ value, symbol }) => [value, symbol])).toEqual([
      [[0.5, 0], 'circle'],
      [[0.5, 1], 'diamond'],
      [[0.82, 0], 'circle'],
    ]);
    expect([xAxis.min, xAxis.max]).toEqual([0, 1]); // as those of every node
    expect(table().map(([, value]) => value)).toEqual(['82.0%', '82.0%', '50.0%', '60.7%', '50.0%', '50.0%']);
  });
});

describe('StatusBar', () => {
  test('says what it shows, and leaves out what need not be published', () => {
    render(StatusBar, { figures: figures({ covered: 4, missing: 2, exempt: 9 }) });
    const bar = screen.getByRole('img');
    expect(bar.getAttribute('aria-label')).toContain('Covered 4 · Missing 2');
    expect(bar.getAttribute('aria-label')).not.toContain('9');
    const parts = [...bar.querySelectorAll('rect:not(.ground)')];
    const ends = parts.map((part) => Number(part.getAttribute('x')) + Number(part.getAttribute('width')));
    expect(parts.slice(1).map((part) => Number(part.getAttribute('x')))).toEqual(ends.slice(0, -1));
    expect(ends.at(-1)).toBe(10);
  });
});

describe('Band', () => {
  test('cuts a history to the span shown', () => {
    const spanOf = (from: string, to: string | null, status: CellStatus) => ({ from, to, status, cause: { text: '' } });
    render(Band, {
      spans: [
        spanOf('2024-01-01', '2024-12-31', 'PENDING'),
        spanOf('2025-01-01', '2026-01-10', 'MISSING'),
        spanOf('2026-01-11', null, 'COVERED'),
      ],
      at: '2026-01-11',
      from: '2026-01-01',
      to: '2026-01-31',
    });
    const parts = [...screen.getByRole('img').querySelectorAll('svg > rect[class]')];
    expect(parts.map((part) => [part.classList[0], part.getAttribute('x'), part.getAttribute('width')])).toEqual([
      ['MISSING', '0', '10'],
      ['COVERED', '10', '21'],
    ]);
    expect(screen.queryByText('Pending')).toBeNull();
  });
});
