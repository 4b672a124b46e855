import { expect, test } from 'vitest';
import { speak } from './messages/index.svelte';
import { reliefSentence } from './relief';

test('what is disclosed is told as a part of all that went out', async () => {
  const total = {
    received: '5000000.00',
    passedDown: '3435000.00',
    distributed: '0.50',
    balance: '0.00',
    disclosed: '3435000.00',
  };
  expect(reliefSentence('Ruili City', total)).toContain(
    'of the 3,435,000.50 passed on and paid out together, 3,435,000.00 has been disclosed.',
  );
  await speak('zh');
  expect(reliefSentence('瑞丽市', total)).toContain('下拨和发放合计3,435,000.50元，其中已公开3,435,000.00元。');
});
