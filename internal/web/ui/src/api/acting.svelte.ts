import type { TypedDocumentString } from '../generated/graphql';
import { t, type Key } from '../messages/index.svelte';
import { leadToSignIn } from '../session';
import { send, type Fault } from './client';

/** Something done at a press: whether it is under way, and why it was refused. */
export class Acting {
  busy = $state(false);
  fault = $state('');
  done = $state('');

  /** Does it once; what was answered, null where it was refused. */
  async do<T, V>(document: TypedDocumentString<T, V>, variables: V, done = ''): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.fault = this.done = '';
    const { data, faults } = await send(document, variables);
    this.busy = false;
    if (faults[0]) {
      this.refuse(faults[0]);
      return null;
    }
    this.done = done;
    return data;
  }

  refuse(fault: Fault) {
    if (fault.code === 'UNAUTHENTICATED') leadToSignIn();
    this.fault = t('account.refused', { why: fault.kind === 'refused' ? refusal(fault) : t(`fault.${fault.kind}`) });
  }
}

/** Why it was refused, in the language of the page; as the server says it where no text has it. */
const refusal = ({ code, field, message }: Fault) =>
  t(`refused.${code}.${field}` as Key) || t(`refused.${code}` as Key) || message;
