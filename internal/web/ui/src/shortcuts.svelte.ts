import { MediaQuery } from 'svelte/reactivity';

// The key of one character that opens the search can be turned off, since who
// dictates to a computer presses such keys without meaning to (WCAG 2.1.4).
const KEPT = 'slash';
// A finger alone tells of a device without keys; a narrow window has no room to speak of them.
const keyboard = new MediaQuery('(any-pointer: fine) and (min-width: 601px)', true);
let slash = $state(localStorage.getItem(KEPT) !== 'off');

export const shortcuts = {
  /** Whether keys are worth speaking of. */
  get keyboard() {
    return keyboard.current;
  },
  get slash() {
    return slash;
  },
  set slash(on: boolean) {
    slash = on;
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  },
};
