import { expect, test } from 'vitest';
import { figures } from './testing/answers';
import { standing } from './status';

test('a ranking has no place that ended before and has nothing that counts', () => {
  const place = (validTo: string | null, required: number) => ({ node: { validTo }, figures: figures({ required }) });
  const ended = place('2025-06-30', 0);
  const all = [place(null, 0), place('2025-06-30', 3), ended, place('2026-12-31', 0)];
  expect(standing(all, '2026-11-24')).toEqual(all.filter((one) => one !== ended));
});
