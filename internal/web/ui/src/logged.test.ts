import { expect, test } from 'vitest';
import { changedFields, deedOf, keyInWords } from './logged';

test('a change is told by the fields that differ', () => {
  const changed = {
    before: '{"ref":"d","title":"甲","published_on":null,"n":1}',
    after: '{"ref":"d","title":"乙","published_on":"2026-11-02","n":1}',
  };
  expect(deedOf(changed)).toBe('changed');
  expect(changedFields(changed)).toEqual([
    { name: 'title', before: '甲', after: '乙' },
    { name: 'published_on', before: null, after: '2026-11-02' },
  ]);
});

test('a row that came or went is told whole, without what is empty', () => {
  const row = '{"ref":"d","title":"甲","tags":[],"url":""}';
  const fields = ['ref', 'title'];
  expect(deedOf({ before: null, after: row })).toBe('added');
  expect(changedFields({ before: null, after: row }).map(({ name }) => name)).toEqual(fields);
  expect(deedOf({ before: row, after: null })).toBe('removed');
  expect(changedFields({ before: row, after: null }).map(({ name }) => name)).toEqual(fields);
});

test('a key of several parts is told part by part', () => {
  expect(keyInWords('["533102/yj", "2026-11-02"]')).toBe('533102/yj · 2026-11-02');
  expect(keyInWords('瑞应急〔2026〕1号')).toBe('瑞应急〔2026〕1号');
  expect(keyInWords('12')).toBe('12');
});

test('words that are kept as numbers are told as words, instants to the second', () => {
  const changed = {
    before: '{"role":0,"self":true,"levels":[3,4],"tokens_changed_at":"2026-11-30T09:30:04.95+00:00"}',
    after: '{"role":2,"self":false,"levels":[3],"tokens_changed_at":"2026-11-30T09:30:28.79+00:00"}',
  };
  expect(changedFields(changed).map(({ before, after }) => [before, after])).toEqual([
    ['Clerk', 'Supervisor'],
    ['yes', 'no'],
    ['County Township', 'County'],
    ['30 Nov 2026, 17:30:04', '30 Nov 2026, 17:30:28'],
  ]);
});

test('money is told in yuan, goods in their unit', () => {
  const row = '{"funds_fen":123456,"goods_thousandths":1500,"households":3}';
  expect(changedFields({ before: null, after: row }).map(({ after }) => after)).toEqual(['1,234.56', '1.500', '3']);
});

test('a number is told by the words of its fact', () => {
  const row = '{"kind":2,"at":"2026-11-30T09:30:04.95+00:00"}';
  const told = (fact: string) => changedFields({ before: null, after: row, fact }).map(({ after }) => after);
  expect(told('order_events')).toEqual(['Returned', '30 Nov 2026, 17:30:04']);
  expect(told('relief')[0]).toBe('Donation');
});
