import { expect, test } from 'vitest';
import { add, groupedWithin, grouped, millions, subtract, tenThousands } from './amounts';

test('thousands are told apart at any size', () => {
  expect(grouped('12345678901234567890.01')).toBe('12,345,678,901,234,567,890.01');
  expect(grouped('-295435.00')).toBe('−295,435.00');
  expect(grouped('0.00')).toBe('0.00');
});

test('万元 have two places, at any size, halves away from zero', () => {
  expect(tenThousands('3100000.00')).toBe('310.00');
  expect(tenThousands('12345678901234567850.00')).toBe('1234567890123456.79');
  expect(tenThousands('49.99')).toBe('0.00');
  expect(tenThousands('-49.99')).toBe('0.00');
  expect(tenThousands('50')).toBe('0.01');
  expect(tenThousands('-295450.00')).toBe('-29.55');
  expect(millions('18864200.00')).toBe('18.86');
  expect(millions('-5000.00')).toBe('-0.01');
});

test('differences are exact, to the fen', () => {
  expect(subtract('12345678901234567890.01', '0.02')).toBe('12345678901234567889.99');
  expect(subtract('0.01', '0.02')).toBe('-0.01');
  expect(subtract('-1.00', '1')).toBe('-2.00');
});

test('quantities are told apart to the thousandth', () => {
  expect(subtract('1.125', '2')).toBe('-0.875');
  expect(subtract('300', '0.5')).toBe('299.50');
  expect(add('-0.125', '0.1')).toBe('-0.025');
});

test('amounts within a sentence are told apart, days are not', () => {
  expect(groupedWithin('结存2368349.25元，2026年1月20日，12.50元')).toBe('结存2,368,349.25元，2026年1月20日，12.50元');
  expect(groupedWithin('至2026年11月24日已2490天')).toBe('至2026年11月24日已2,490天');
  expect(groupedWithin('for 2490 days on 24 November 2026')).toBe('for 2,490 days on 24 November 2026');
});
