import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { speak } from '../messages/index.svelte';
import LogTable from './LogTable.svelte';

test('what is heard of a change says what it was and what it is', async () => {
  await speak('zh');
  const entries = [
    {
      sequence: 7,
      at: '2026-11-24T10:00:00+08:00',
      account: 'clerk',
      way: 'GRAPHQL' as const,
      fact: 'disclosures',
      key: '["D1"]',
      before: '{"attribute":0}',
      after: '{"attribute":1}',
      publisherCode: null,
      publisherName: null,
    },
  ];
  render(LogTable, { entries, label: 'log' });
  const heard = screen.getByText('公开属性').parentElement!.textContent;
  expect(heard.replace(/\s+/g, ' ')).toContain('原为 主动公开 → 改为 依申请公开');
});
