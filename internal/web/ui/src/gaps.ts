import type { GapsPageQuery } from './generated/graphql';

/** A row of the list of gaps. */
export type Gap = NonNullable<GapsPageQuery['administrativeNode']>['gaps']['edges'][number]['node'];

/** Things by what they are told apart by, in the order in which they come. */
function grouped<T>(all: T[], by: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return [...groups.values()];
}

export const byBody = (gaps: Gap[]) => grouped(gaps, (gap) => gap.publisher.code);
export const byEntry = (gaps: Gap[]) => grouped(gaps, (gap) => gap.entry.code);
