import { expect, test } from 'vitest';
import { isClerkOf, issuersOf, type Held } from './rights';

const COUNTY = { code: '533102', name: 'Ruili' };
const PROVINCE = { code: '53', name: 'Yunnan' };
const township = { code: '533102102', name: 'Mengxiu', ancestors: [PROVINCE, COUNTY] };
const bureau = { code: '533102/yjglj', name: 'Bureau', ancestors: [PROVINCE, COUNTY] };
const held = (role: Held['role'], code: string, scope: Held['scope'] = 'SUBTREE') => ({ role, scope, node: { code } });

test('orders are issued to what is below, in the name of the nearest first', () => {
  expect(issuersOf([held('SUPERVISOR', '53'), held('SUPERVISOR', '533102')], township)).toEqual([COUNTY, PROVINCE]);
  expect(issuersOf([held('SUPERVISOR', '533102')], { ...COUNTY, ancestors: [PROVINCE] })).toEqual([]);
  expect(issuersOf([held('CLERK', '533102')], township)).toEqual([]);
});

test('of a node alone there are its departments', () => {
  expect(issuersOf([held('SUPERVISOR', '533102', 'SELF')], bureau)).toEqual([COUNTY]);
  expect(issuersOf([held('SUPERVISOR', '533102', 'SELF')], township)).toEqual([]);
  expect(isClerkOf([held('CLERK', '533102', 'SELF')], bureau)).toBe(true);
  expect(isClerkOf([held('CLERK', '533102', 'SELF')], township)).toBe(false);
  expect(isClerkOf([held('CLERK', '533102')], township)).toBe(true);
  expect(isClerkOf([], township)).toBe(false);
});
