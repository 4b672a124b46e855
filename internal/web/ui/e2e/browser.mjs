// Which browser the tests drive.
//
//   CHROMIUM  its path; if not set, Chromium without its windows where that is installed, which takes a third less of
//             a processor's time for a page, or else Chromium
import { existsSync } from 'node:fs';

const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

export const BROWSER = process.env.CHROMIUM || INSTALLED.find(existsSync) || INSTALLED.at(-1);
