import type { TypedDocumentString } from '../generated/graphql';
import { t, type Key } from '../messages/index.svelte';
import { leadToSignIn } from '../session';
import { send, type Fault } from './client';

/** Something done at a press: whether it is under way, and why it was refused. */
export class Acting {
  busy = $state(false);
  fault = $state('');
  /** Why it was refused, by the fields that the refusals name. */
  by = $state.raw<Record<string, string>>({});
  done = $state('');

  /** Does it once; what was answered, null where it was refused. */
  async do<T, V>(document: TypedDocumentString<T, V>, variables: V, done = ''): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.fault = this.done = '';
    this.by = {};
    const { data, faults } = await send(document, variables);
    this.busy = false;
    if (faults[0]) {
      this.refuse(faults[0]);
      this.by = byField(faults);
      return null;
    }
    this.done = done;
    return data;
  }

  refuse(fault: Fault) {
    if (fault.code === 'UNAUTHENTICATED') leadToSignIn();
    this.fault = t('account.refused', { why: whyOf(fault) });
  }

  /** Why it was refused, where that is of none of a form's fields. */
  beside(fields: string[]): string {
    return fields.some((field) => this.by[field]) ? '' : this.fault;
  }
}

/** Why something was refused, or did not come through. */
export const whyOf = (fault: Fault) => (fault.kind === 'refused' ? refusal(fault) : t(`fault.${fault.kind}`));

/** Why things were refused, by the fields that the refusals name. */
export const byField = (faults: Fault[]) =>
  Object.fromEntries(faults.flatMap((fault) => (fault.field ? [[fault.field, whyOf(fault)]] : [])));

/** Why it was refused, in the language of the page; as the server says it where no text has it. */
const refusal = ({ code, field, message }: Fault) =>
  t(`refused.${code}.${field}` as Key) || t(`refused.${code}` as Key) || message;
