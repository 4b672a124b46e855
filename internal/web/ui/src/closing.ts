import type { CellStatus, DutyKind } from './generated/graphql';
import { addDays, daysBetween } from './dates';
import { day } from './format.svelte';
import { t } from './messages/index.svelte';
import { untitled } from './untitled';

/** What keeps a cell from being a gap, or makes it none: something published, or a duty done. */
export interface Task {
  key: string;
  /** By when; for a gap the day that has passed. */
  dueOn: string;
  /** How many days ago that was; none where it is still to come. */
  daysLate?: number;
  publisher: { code: string; name: string };
  entry: { code: string; item: string; subItem?: string | null };
  /** The document, period or concern, where one is owed. */
  title: string | null;
  closes: string;
}

interface Owed {
  kind: DutyKind;
  title?: string | null;
}

const closes = (status: CellStatus, duty?: Owed | null) =>
  status === 'MISSING' ? t('closes.MISSING') : duty ? t(`closes.${duty.kind}`) : t('closes.STALE');

const titleOf = (duty?: Owed | null) => (duty ? (duty.title ?? untitled(duty, null)) : null);

type Cell = Pick<Task, 'publisher' | 'entry'>;

export const taskOfGap = (
  gap: Cell & {
    id: string;
    status: CellStatus;
    since: string;
    reason?: { dueOn: string } | null;
    duties?: Owed[] | null;
  },
  to: string,
): Task => ({
  key: gap.id,
  dueOn: gap.reason?.dueOn ?? addDays(gap.since, -1),
  daysLate: daysBetween(gap.reason?.dueOn ?? addDays(gap.since, -1), to),
  publisher: gap.publisher,
  entry: gap.entry,
  title: titleOf(gap.duties?.[0]),
  closes: t('closes.gap', { what: closes(gap.status, gap.duties?.[0]) }),
});

export const taskOfUpcoming = (one: Cell & { dueOn: string; becomes: CellStatus; duty?: Owed | null }): Task => ({
  key: `${one.publisher.code} ${one.entry.code}`,
  dueOn: one.dueOn,
  publisher: one.publisher,
  entry: one.entry,
  title: titleOf(one.duty),
  closes: closes(one.becomes, one.duty),
});

/** By when a task is to be done, or since when it should have been. */
export const dueInWords = (task: Task) =>
  task.daysLate === undefined
    ? t('coming.by', { date: day(task.dueOn) })
    : t('task.overdue', { date: day(task.dueOn), n: task.daysLate });
