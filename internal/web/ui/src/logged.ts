import { decimal, instant } from './format.svelte';
import type { LoggedFragment } from './generated/graphql';
import { t, type Key } from './messages/index.svelte';

export type Deed = 'added' | 'changed' | 'removed';

/** What happened to a row. */
export const deedOf = ({ before, after }: Pick<LoggedFragment, 'before' | 'after'>): Deed =>
  before == null ? 'added' : after == null ? 'removed' : 'changed';

export interface ChangedField {
  name: string;
  before: string | null;
  after: string | null;
}

type Row = Record<string, unknown>;

/** The row as it was and as it became, field by field, those alone that differ. */
export function changedFields({
  before,
  after,
  fact = '',
}: Pick<LoggedFragment, 'before' | 'after'> & { fact?: string }): ChangedField[] {
  const [was, is] = [before, after].map((text) => (text == null ? {} : (JSON.parse(text) as Row))) as [Row, Row];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => ({ name, before: written(name, was[name], fact), after: written(name, is[name], fact) }))
    .filter(({ before, after }) => before !== null || after !== null);
}

const INSTANT = /(^|_)at$/;

/** Columns that hold the number of a word, with the texts of those words in order. */
const NUMBERED: Record<string, Key[]> = {
  attribute: ['attribute.PROACTIVE', 'attribute.ON_REQUEST', 'attribute.NOT_DISCLOSED'],
  result: ['result.keep', 'result.disclose'],
  severity: ['severity.NORMAL', 'severity.MAJOR'],
  action: ['action.INCLUDE', 'action.EXEMPT'],
  kind: ['movement.ALLOCATION', 'movement.DISTRIBUTION', 'movement.DONATION'],
  relief_class: [
    ...(['class.EMERGENCY', 'class.TRANSITION', 'class.HOUSING'] as const),
    ...(['class.DROUGHT', 'class.WINTER_SPRING', 'class.BEREAVEMENT'] as const),
  ],
  level: [
    ...(['level.NATION', 'level.PROVINCE', 'level.PREFECTURE'] as const),
    ...(['level.COUNTY', 'level.TOWNSHIP', 'level.VILLAGE'] as const),
  ],
  limit_kind: [
    ...(['limitKind.WORKING_DAYS', 'limitKind.CALENDAR_DAYS', 'limitKind.HOURS'] as const),
    ...(['limitKind.PROMPT', 'limitKind.WITH_SOURCE'] as const),
  ],
  limit_anchor: ['limit.FORMED', 'limit.ISSUED'],
  role: [
    ...(['role.CLERK', 'role.REVIEWER', 'role.SUPERVISOR'] as const),
    ...(['role.SYSTEM_ADMIN', 'role.SECURITY_ADMIN', 'role.AUDITOR'] as const),
  ],
};
NUMBERED.levels = NUMBERED.level!;

/** Those whose words are others in rows of a fact. */
const NUMBERED_OF: Record<string, Key[]> = {
  'orders.kind': ['order.kind.URGE', 'order.kind.RECTIFY', 'order.kind.CRITICISE'],
  'order_events.kind': [
    ...(['order.event.RECEIVED', 'order.event.ANSWERED', 'order.event.RETURNED', 'order.event.ACCEPTED'] as const),
    ...(['order.event.EXTENSION_ASKED', 'order.event.EXTENSION_GRANTED', 'order.event.EXTENSION_REFUSED'] as const),
    ...(['order.event.REMARKED', 'order.event.WITHDRAWN'] as const),
  ],
  'exemption_requests.decision': ['exemption.waiting', 'exemption.decision.GRANTED', 'exemption.decision.REFUSED'],
};

/** Columns that hold parts of what people count in, with how many decimals those have. */
const PARTS: Record<string, number> = { funds_fen: 2, goods_thousandths: 3 };

/** A number of such parts as a decimal. */
function wholes(parts: number, decimals: number): string {
  const digits = String(Math.abs(parts)).padStart(decimals + 1, '0');
  return `${parts < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A value as people read it; null where there is none. */
function written(name: string, value: unknown, fact = ''): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value)) return value.length ? value.map((one) => written(name, one, fact)).join(' ') : null;
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number' && PARTS[name]) return decimal(wholes(value, PARTS[name]));
  if (typeof value === 'number') {
    const word = (NUMBERED_OF[`${fact}.${name}`] ?? NUMBERED[name])?.[value];
    return word ? t(word) : String(value);
  }
  if (typeof value === 'object') return JSON.stringify(value);
  if (INSTANT.test(name) && typeof value === 'string') return instant(value, 'medium');
  return String(value);
}

/** What a column is called; its own name where no text has it. */
export const fieldName = (name: string): string => t(`column.${name}` as Key) || t(`field.${name}` as Key) || name;

/** What identifies a row, its parts told apart. */
export function keyInWords(key: string): string {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts.join(' · ') : key;
  } catch {
    return key;
  }
}
