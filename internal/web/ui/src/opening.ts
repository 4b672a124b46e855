import { count, listed, monthName, rate, rateInWords, ratePoints } from './format.svelte';
import { t, words } from './messages/index.svelte';
import { gapsOf, type Figures } from './status';

interface Month {
  name: string;
  now: Figures;
  before: Figures;
  children?: { edges: { node: { name: string; now: Figures; before: Figures } }[] } | null;
  upcoming?: { totalCount: number } | null;
}

/** As many as a sentence names. */
const FEW = 3;

/** The opening of a bulletin: how the month went, who got worse, and what is asked of whom. */
export function opening(of: Month, change: { opened: number; closed: number }, month: string): string {
  const children = (of.children?.edges ?? []).map((edge) => edge.node);
  const fall = (one: { now: Figures; before: Figures }) =>
    (one.before.coverageRate ?? 0) - (one.now.coverageRate ?? one.before.coverageRate ?? 0);
  const worse = children.filter((child) => fall(child) >= 0.0005).sort((one, other) => fall(other) - fall(one));
  const behind = children
    .filter((child) => gapsOf(child.now))
    .sort((one, other) => gapsOf(other.now) - gapsOf(one.now))
    .slice(0, FEW);
  const parts = [
    t('opening.state', {
      month: monthName(month),
      name: of.name,
      rate: rateInWords(of.now.coverageRate),
      points: ratePoints(of.before.coverageRate, of.now.coverageRate),
      opened: count(change.opened),
      closed: count(change.closed),
      gaps: count(gapsOf(of.now)),
    }),
    worse.length
      ? t('opening.worse', {
          names: listed(
            worse
              .slice(0, FEW)
              .map((one) =>
                t('opening.one', { name: one.name, what: ratePoints(one.before.coverageRate, one.now.coverageRate) }),
              ),
          ),
        })
      : children.length
        ? t('opening.noneWorse')
        : '',
    behind.length
      ? t('opening.asked', {
          names: listed(
            behind.map((one) =>
              t('opening.one', {
                name: one.name,
                what: t('opening.gaps', { n: count(gapsOf(one.now)), rate: rate(one.now.coverageRate) }),
              }),
            ),
          ),
        })
      : '',
    of.upcoming?.totalCount ? t('opening.coming', { n: count(of.upcoming.totalCount) }) : '',
  ];
  return parts.filter(Boolean).join(words.language === 'en' ? ' ' : '');
}
