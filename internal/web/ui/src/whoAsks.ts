// That somebody is signed in is kept under the name that is shown of them: who is not
// asks nothing more than a page's own question, and a header is whole at once.
const KEPT = 'account';

export const keptName = (): string | null => localStorage.getItem(KEPT);

export const keepName = (name: string) => localStorage.setItem(KEPT, name);

export const forgetName = () => localStorage.removeItem(KEPT);

/** Does so when another window signs in or out. */
export const onOtherWindow = (then: () => void) =>
  window.addEventListener('storage', (event) => {
    if (event.key === KEPT) then();
  });
