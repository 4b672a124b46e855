import { send } from './api/client';
import { ViewerDocument, type Role } from './generated/graphql';
import { forgetAnswers } from './session';
import { forgetName, keepName, keptName, onOtherWindow } from './whoAsks';

let name = $state(keptName());
let roles = $state.raw<Role[]>([]);
let asked = false;

/** Who is signed in. */
export const viewer = {
  /** As people read it; null: nobody is. */
  get name() {
    return name;
  },
  get manages() {
    return roles.includes('SECURITY_ADMIN');
  },
};

/** Asks who is signed in, once, where somebody was when this was last known. */
export async function recognise() {
  if (asked || name === null) return;
  asked = true;
  const { data, faults } = await send(ViewerDocument, {});
  if (data?.viewer) {
    const { account, grants } = data.viewer;
    name = account.displayName || account.name;
    roles = grants.map(({ role }) => role);
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
