import { t, words, type Key } from './messages/index.svelte';
import type { LimitAnchor, LimitKind } from './generated/graphql';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A day as the language writes it. */
export function day(date: string): string {
  const [year, month, of] = date.split('-').map(Number) as [number, number, number];
  return words.language === 'en' ? `${of} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${of}日`;
}

export function monthName(month: string): string {
  const [year, of] = month.split('-').map(Number) as [number, number];
  return words.language === 'en' ? `${MONTHS[of - 1]} ${year}` : `${year}年${of}月`;
}

/** An instant in Shanghai's time. */
export function instant(at: string | Date): string {
  return new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short',
  }).format(new Date(at));
}

/** A count: 万 from ten thousand on in Chinese where it is round enough to read. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** A rate as a percentage; its absence in words. */
export function rate(value: number | null | undefined): string {
  return value === null || value === undefined ? t('noRate') : `${(value * 100).toFixed(1)}%`;
}

/** An exact decimal with its thousands told apart: never a floating number. */
export function decimal(text: string): string {
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Yuan in units of ten thousand, exact: the point moves by four digits. */
export function wan(yuan: string): string {
  const negative = yuan.startsWith('-');
  const [whole = '0', fraction = ''] = yuan.replace('-', '').split('.');
  const digits = whole.padStart(5, '0');
  const moved = `${digits.slice(0, -4)}.${digits.slice(-4)}${fraction}`.replace(/\.?0+$/, '');
  return t('relief.wan', { n: (negative ? '-' : '') + decimal(moved) });
}

/** How a limit reads. */
export function limit(of: { kind: LimitKind; n?: number | null; anchor: LimitAnchor }): string {
  const text = t(`limit.${of.kind}` as Key, { n: of.n ?? '' });
  return of.kind === 'PROMPT' || of.kind === 'WITH_SOURCE' ? text : `${text}${words.language === 'en' ? ' ' : '（'}${t(`limit.${of.anchor}` as Key)}${words.language === 'en' ? '' : '）'}`;
}

/** Several names one after the other. */
export const listed = (names: string[]) => names.join(words.language === 'en' ? ', ' : '、');
