import { grouped, millions, subtract, tenThousands } from './amounts';
import { lastOfMonth } from './dates';
import { instantOf } from './known.svelte';
import { t, words, type Key } from './messages/index.svelte';
import type { LimitAnchor, LimitKind } from './generated/graphql';
import type { Figures } from './status';

/** A month as the language writes it. */
const month = (of: number) => t('months').split(' ')[of - 1]!;

/** A day as the language writes it. */
export function day(date: string): string {
  const [year, at, of] = date.split('-').map(Number) as [number, number, number];
  return t('dayForm', { year: String(year), month: month(at), day: of });
}

export function monthName(of: string): string {
  const [year, at] = of.split('-').map(Number) as [number, number];
  return t('monthForm', { year: String(year), month: month(at) });
}

/** The quarter that a day is in; one that is not over is told as that. */
export function quarterName(until: string): string {
  const [year, month] = until.split('-').map(Number) as [number, number, number];
  const quarter = Math.ceil(month / 3);
  const name = t('quarterForm', { year: String(year), quarter: t('quarters').split(' ')[quarter - 1]! });
  const whole = until >= lastOfMonth(`${year}-${String(quarter * 3).padStart(2, '0')}`);
  return whole ? name : t('quarterSoFar', { quarter: name });
}

/** An instant in Shanghai's time, to the minute; `medium`: to the second. */
export function instant(at: string | Date, timeStyle: 'short' | 'medium' = 'short'): string {
  return new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'medium',
    timeStyle,
  }).format(new Date(at));
}

/** The instant that an address names by known=, in words. */
export const knownInWords = (asked: string) =>
  asked.includes('T')
    ? instant(instantOf(asked), asked.length > 16 ? 'medium' : 'short')
    : t('known.end', { day: day(asked) });

/** A count, exact, its thousands told apart. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** A rate within a sentence, which says why there is none. */
export const rateInWords = (value: number | null | undefined) => (value == null ? t('noRate.why') : rate(value));

/** A rate as a percentage; its absence in a word. */
export function rate(value: number | null | undefined): string {
  return value === null || value === undefined ? t('noRate') : `${(value * 100).toFixed(1)}%`;
}

const signed = (size: string, sign: number) => `${sign > 0 ? '+' : '−'}${size}`;

/** By how much a count moved. */
export const moved = (before: number, after: number) =>
  after === before ? '0' : signed(count(Math.abs(after - before)), after - before);

/** How a place stands, in a sentence. */
export const stateSentence = (name: string, figures: Figures) =>
  t('state.sentence', {
    name,
    required: count(figures.required),
    covered: count(figures.covered),
    missing: count(figures.missing),
    overdue: count(figures.overdue),
    stale: count(figures.stale),
    pending: count(figures.pending),
    rate: rateInWords(figures.coverageRate),
  });

/** By how many points of a hundred a rate moved, in words. */
export function ratePoints(before?: number | null, after?: number | null): string {
  if (before == null || after == null) return '–';
  const n = (Math.abs(after - before) * 100).toFixed(1);
  return n === '0.0' ? t('points.same') : t(after > before ? 'points.up' : 'points.down', { n });
}

/** An exact amount with its thousands told apart. */
export const decimal = grouped;

/** By how much an exact amount moved. */
export function decimalMoved(before: string, after: string): string {
  const exact = subtract(after, before);
  const by = [before, after].some((amount) => amount.includes('.')) ? exact : exact.slice(0, -'.00'.length);
  return Number(by) > 0 ? `+${grouped(by)}` : grouped(by);
}

/** Yuan in the language's large unit, 万元 or millions, to two places. */
const inLargeUnit = (yuan: string) => grouped(words.language === 'en' ? millions(yuan) : tenThousands(yuan));

/** Yuan as a table shows them: exact as they are, or in the large unit. */
export const money = (yuan: string, inWan: boolean) => (inWan ? inLargeUnit(yuan) : grouped(yuan));

/** Yuan in the large unit, with its name. */
export const wan = (yuan: string) => t('relief.wan', { n: inLargeUnit(yuan) });

/** How a limit reads. */
export function limit(of: { kind: LimitKind; n?: number | null; anchor: LimitAnchor }): string {
  const text = t(`limit.${of.kind}` as Key, { n: of.n ?? '' });
  if (of.kind === 'PROMPT' || of.kind === 'WITH_SOURCE') return text;
  return t('limit.counted', { limit: text, anchor: t(`limit.${of.anchor}` as Key) });
}

/** Several names one after the other. */
export const listed = (names: string[]) => names.join(words.language === 'en' ? ', ' : '、');
