import type { OrderEventKind, OrderKind, OrderState, OrderTimeliness } from './generated/graphql';

/** The words of orders, each in the order in which the pages list them. */
export const KINDS: OrderKind[] = ['URGE', 'RECTIFY', 'CRITICISE'];
export const STATES: OrderState[] = ['ISSUED', 'RECEIVED', 'RETURNED', 'ANSWERED', 'ACCEPTED', 'WITHDRAWN'];
export const TIMELINESS: OrderTimeliness[] = ['OVERDUE', 'DUE_SOON', 'ON_TRACK', 'ON_TIME', 'LATE'];

/** Figures of orders in the order in which they are told, each with what lists the orders that it counts. */
export const COUNTS: { name: Count; states?: OrderState[]; timeliness?: OrderTimeliness[] }[] = [
  { name: 'issued' },
  { name: 'open', states: ['ISSUED', 'RECEIVED', 'RETURNED'] },
  { name: 'overdue', timeliness: ['OVERDUE'] },
  { name: 'dueSoon', timeliness: ['DUE_SOON'] },
  { name: 'answered', states: ['ANSWERED'] },
  { name: 'accepted', states: ['ACCEPTED'] },
  { name: 'withdrawn', states: ['WITHDRAWN'] },
];
type Count = 'issued' | 'open' | 'overdue' | 'dueSoon' | 'answered' | 'accepted' | 'withdrawn';

/** What may be done to an order at one press each; both decisions about an extension are one form. */
export const ACTS = [
  'RECEIVED',
  'ANSWERED',
  'EXTENSION_ASKED',
  'ACCEPTED',
  'RETURNED',
  'DECIDED',
  'REMARKED',
  'WITHDRAWN',
] as const;
export type Act = (typeof ACTS)[number];

/** The acts that the steps allow, in the order of the buttons. */
export function actsOf(mayDo: OrderEventKind[]): Act[] {
  const decides = mayDo.includes('EXTENSION_GRANTED') || mayDo.includes('EXTENSION_REFUSED');
  return ACTS.filter((act) => (act === 'DECIDED' ? decides : mayDo.includes(act)));
}

// An order and a request for exemption, as they are numbered here whatever the language of the page.
export const ORDER = '\u7763\u529e';
export const EXEMPTION = '\u8c41\u514d';

/** Refs of things begun on a day, after those that are taken: PREFIX-YYYYMMDD-NNN. */
export function refsAfter(taken: string[], prefix: string, day: string, n: number): string[] {
  const begin = `${prefix}-${day.replaceAll('-', '')}-`;
  const numbers = taken
    .filter((ref) => ref.startsWith(begin))
    .map((ref) => ref.slice(begin.length))
    .filter((rest) => /^\d{1,9}$/.test(rest))
    .map(Number);
  const last = Math.max(0, ...numbers);
  return Array.from({ length: n }, (_, i) => begin + String(last + 1 + i).padStart(3, '0'));
}

/** Refs as somebody types them. */
export const refsIn = (text: string) => [...new Set(text.split(/[\s,;\uff0c\u3001\uff1b]+/).filter(Boolean))];

/** What of an order's events set its due day last: a return or an extension, null where it is that of its issue. */
export const movedBy = <E extends { kind: string }>(events: E[]) =>
  (events.findLast(({ kind }) => kind === 'RETURNED' || kind === 'EXTENSION_GRANTED') ?? null) as
    (E & { kind: 'RETURNED' | 'EXTENSION_GRANTED' }) | null;
