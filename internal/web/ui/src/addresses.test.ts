import { describe, expect, test } from 'vitest';
import { cellAddress, nodeAddress, orderAddress, readAddress, viewAddress } from './addresses';
import { NODE_VIEWS } from './views';

const read = (address: string) => {
  const { view, code, entry, query } = readAddress(new URL(address, 'http://127.0.0.1'));
  return { view, code, entry, query: query.toString() };
};

describe('an address gives the view that it was made for', () => {
  test.each(NODE_VIEWS)('%s', (view) => {
    const parameters = { on: '2026-11-24', status: ['STALE', 'MISSING'], none: null };
    expect(read(viewAddress('533102/gaps', view, parameters))).toEqual({
      view,
      code: '533102/gaps',
      entry: '',
      query: 'on=2026-11-24&status=STALE&status=MISSING',
    });
  });

  test('a node, a cell, an order and the start', () => {
    expect(read(nodeAddress('533102/yjglj'))).toMatchObject({ view: 'node', code: '533102/yjglj' });
    expect(read(cellAddress('533102/yjglj', '3.2.1'))).toMatchObject({
      view: 'cell',
      code: '533102/yjglj',
      entry: '3.2.1',
    });
    expect(read(orderAddress('533102/yjglj', '1/2 3'))).toMatchObject({
      view: 'order',
      code: '533102/yjglj',
      entry: '1/2 3',
    });
    expect(read('/').view).toBe('start');
  });

  test.each(['/n', '/n/1/other', '/n/1/node', '/n/1/gaps/2', '/c/1', '/o/1', '/x'])('%s is none', (address) => {
    expect(read(address).view).toBe('unknown');
  });

  test('what is wrongly encoded stands for itself', () => expect(read('/n/%E0%A4%A').code).toBe('%E0%A4%A'));
});
