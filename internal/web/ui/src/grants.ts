import { day } from './format.svelte';
import type { GrantInput, GrantedFragment } from './generated/graphql';
import { t } from './messages/index.svelte';

/** Where a grant holds, in words. */
export function whereOf({ role, scope, node, nodeCode }: Omit<GrantedFragment, 'from' | 'to'>): string {
  if (!scope) return t('account.instance');
  const name = node?.name ?? t('account.gone', { code: nodeCode ?? '' });
  // Of a department there is nothing below.
  return node?.code.includes('/') ? name : t(`account.scope.${scope}`, { name, role });
}

/** On which days it holds, in words, in parts that stay whole. */
export const daysOf = ({ from, to }: Pick<GrantedFragment, 'from' | 'to'>): string[] =>
  to ? [day(from), t('account.until', { day: day(to) })] : [t('account.since', { day: day(from) })];

/** A grant in a few words. */
export const grantInWords = (grant: GrantedFragment): string =>
  [t(`role.${grant.role}`), whereOf(grant), ...daysOf(grant)].join(' ');

/** Whether a grant that holds at a place names none yet. */
export const lacksPlace = (grant: GrantInput | null): boolean => Boolean(grant?.scope && !grant.nodeCode);
