import { send } from './api/client';
import { ViewerDocument } from './generated/graphql';
import { isClerkOf, issuersOf, type Body, type Held } from './rights';
import { forgetAnswers } from './session';
import { forgetName, keepName, keptName, onOtherWindow } from './whoAsks';

let name = $state(keptName());
let grants = $state.raw<Held[]>([]);
let asked = false;

/** Who is signed in. */
export const viewer = {
  /** As people read it; null: nobody is. */
  get name() {
    return name;
  },
  get manages() {
    return grants.some(({ role }) => role === 'SECURITY_ADMIN');
  },
  /** Whether some orders may be issued. */
  get supervises() {
    return grants.some(({ role }) => role === 'SUPERVISOR');
  },
  /** The nodes that they may issue orders to a body in the name of. */
  issuersOf: (body: Body) => issuersOf(grants, body),
  /** Whether they answer for a body. */
  isClerkOf: (body: Body) => isClerkOf(grants, body),
};

/** Asks who is signed in, once, where somebody was when this was last known. */
export async function recognise() {
  if (asked || name === null) return;
  asked = true;
  const { data, faults } = await send(ViewerDocument, {});
  if (data?.viewer) {
    const { account } = data.viewer;
    name = account.displayName || account.name;
    grants = data.viewer.grants;
    keepName(name);
  } else if (data && !faults.length) {
    // The session has ended: what was answered in it is kept no more.
    name = null;
    forgetName();
    await forgetAnswers();
  }
}

/** What is shown is another account's, or nobody's, where another window signed in or out. */
onOtherWindow(() => {
  if (keptName() !== name) window.location.reload();
});
