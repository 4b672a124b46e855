import { add } from './amounts';
import { decimal } from './format.svelte';
import type { ReliefClass } from './generated/graphql';
import { t } from './messages/index.svelte';

/** The classes of relief, in the order of every list. */
export const CLASSES: ReliefClass[] = ['EMERGENCY', 'TRANSITION', 'HOUSING', 'DROUGHT', 'WINTER_SPRING', 'BEREAVEMENT'];

/** The amounts of money that are told of a place, in the order of every table. */
export const AMOUNTS = ['received', 'passedDown', 'distributed', 'balance', 'disclosed'] as const;
export type Amounts = Record<(typeof AMOUNTS)[number], string>;

/** What a place received and did with it, in a sentence. */
export const reliefSentence = (name: string, total: Amounts) =>
  t('relief.summary', {
    name,
    received: decimal(total.received),
    passedDown: decimal(total.passedDown),
    distributed: decimal(total.distributed),
    out: decimal(add(total.passedDown, total.distributed)),
    disclosed: decimal(total.disclosed),
  });

/** Whether figures of a node with all below it add levels up: not those of a body or a village alone. */
export const addsLevels = (node: { __typename?: string; level: string }) =>
  node.__typename !== 'Department' && node.level !== 'VILLAGE';
