import { addMonths } from './dates';
import { count, day, rateInWords, ratePoints } from './format.svelte';
import { t, words } from './messages/index.svelte';
import { gapsOf, type Figures } from './status';

interface Leading {
  name: string;
  coverage: Figures;
  children?: { edges: { node: { name: string; coverage: Figures } }[] } | null;
  gaps?: {
    edges: { node: { since: string; daysOpen: number } }[];
  } | null;
}
interface Change {
  before: { coverageRate?: number | null };
  opened?: { totalCount: number } | null;
  closed?: { totalCount: number } | null;
}

/** Who is behind, by how much, since when, and what changed within a month, in a sentence. */
export function leadSentence(node: Leading, change: Change | null | undefined, to: string): string {
  const gaps = gapsOf(node.coverage);
  const values = {
    name: node.name,
    required: count(node.coverage.required),
    gaps: count(gaps),
    rate: rateInWords(node.coverage.coverageRate),
  };
  const parts = [t(gaps ? 'lead.state' : 'lead.noGaps', values)];
  const below = (node.children?.edges ?? []).map((edge) => edge.node);
  const most = Math.max(0, ...below.map((child) => gapsOf(child.coverage)));
  const worst = most ? below.filter((child) => gapsOf(child.coverage) === most) : [];
  if (worst[0])
    parts.push(
      t(worst.length > 1 ? 'lead.worstOf' : 'lead.worst', { name: worst[0].name, n: count(most), of: worst.length }),
    );
  const oldest = node.gaps?.edges[0]?.node;
  if (oldest) parts.push(t('lead.since', { date: day(oldest.since), n: count(oldest.daysOpen) }));
  if (change?.opened && change.closed)
    parts.push(
      t('lead.change', {
        date: day(addMonths(to, -1)),
        opened: count(change.opened.totalCount),
        closed: count(change.closed.totalCount),
        points: ratePoints(change.before.coverageRate, node.coverage.coverageRate),
      }),
    );
  return words.language === 'en' ? parts.map((part) => `${part}.`).join(' ') : `${parts.join('；')}。`;
}
