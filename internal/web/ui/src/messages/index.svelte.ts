import { fill } from './fill';
import { zh, type Messages } from './zh';

export type Language = 'zh' | 'en';
export type Key = keyof Messages;

const KEPT = 'language';

function preferred(): Language {
  const asked = new URLSearchParams(window.location.search).get('lang');
  if (asked === 'zh' || asked === 'en') return asked;
  const kept = localStorage.getItem(KEPT);
  if (kept === 'zh' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

let language = $state<Language>('zh');
let messages = $state.raw<Messages>(zh);

/** Shows the pages in a language; English is loaded when first wanted. */
export async function speak(wanted: Language = preferred()) {
  messages = wanted === 'en' ? (await import('./en')).en : zh;
  language = wanted;
  document.documentElement.lang = wanted === 'en' ? 'en' : 'zh-CN';
}

/** Keeps the choice for the next visit. */
export function choose(wanted: Language) {
  localStorage.setItem(KEPT, wanted);
  void speak(wanted);
}

export const words = {
  get language() {
    return language;
  },
  /** The language's name in the schema. */
  get locale(): 'ZH' | 'EN' {
    return language === 'en' ? 'EN' : 'ZH';
  },
};

/** A text of the pages, with what it names filled in; empty for a key made of a word that they do not know. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(messages[key] ?? '', values);
}
