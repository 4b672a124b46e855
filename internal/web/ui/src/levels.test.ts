import { expect, test } from 'vitest';
import { levelBelow } from './levels';

test.each([
  ['CN', 'PROVINCE'],
  ['53', 'PREFECTURE'],
  ['5331', 'COUNTY'],
  ['533102', 'TOWNSHIP'],
  ['533102/yjglj', 'TOWNSHIP'],
  ['533102401', 'VILLAGE'],
])('below %s is the %s', (code, level) => expect(levelBelow(code)).toBe(level));
