// The key of one character that opens the search can be turned off, since who
// dictates to a computer presses such keys without meaning to (WCAG 2.1.4).
const KEPT = 'slash';
let slash = $state(localStorage.getItem(KEPT) !== 'off');

export const shortcuts = {
  get slash() {
    return slash;
  },
  set slash(on: boolean) {
    slash = on;
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  },
};
