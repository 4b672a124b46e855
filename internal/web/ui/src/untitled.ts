import type { DutyKind } from './generated/graphql';
import { t } from './messages/index.svelte';

/**
 * What stands for a title that nobody may see. A review is of a document that is not for disclosure;
 * any other duty without a title waits for a document that is not published yet.
 */
export const untitled = (duty: { kind: DutyKind }, fulfilledOn: string | null | undefined) =>
  t(duty.kind === 'REVIEW' || fulfilledOn ? 'duty.hidden' : 'duty.unpublished');
