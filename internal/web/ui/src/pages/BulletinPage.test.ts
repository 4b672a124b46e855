import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { go } from '../router.svelte';
import { figures, place } from '../testing/answers';
import { serve } from '../testing/server';
import BulletinPage from './BulletinPage.svelte';

const timeliness = { onTime: 3, late: 1, overdue: 2, onTimeRate: 0.75 };
const none = { totalCount: 0, edges: [] };
const funds = { received: '0.00', passedDown: '0.00', distributed: '0.00', balance: '0.00', disclosed: '0.00' };
const node = {
  ...place(),
  now: { ...figures(), timeliness, byCategory: [] },
  before: { ...figures(), timeliness },
  relief: { total: funds, byClass: [], discrepancyCount: 0 },
  held: { total: { balance: '0.00' }, byClass: [] },
  gaps: { totalCount: 0, byPublisher: [] },
  coverageChange: { summary: 'nothing changed', opened: none, closed: none },
  ranking: { nodes: [] },
  ordered: { issued: 0 },
  orderedBefore: { issued: 0 },
};
const logCheckpoint = { size: 9, root: 'ROOT', key: 'KEY', at: '2026-11-24T10:00:00+08:00' };

test('the checkpoint of the present stands on a bulletin of the present alone', async () => {
  serve((_, operation) => ({
    data:
      operation === 'BulletinPage'
        ? { logCheckpoint, administrativeNode: node }
        : { logCheckpoint, knownAt: { administrativeNode: node } },
  }));
  go('/n/533102/bulletin?month=2026-10', { replace: true });
  const present = render(BulletinPage);
  expect(await screen.findByText('ROOT')).toBeTruthy();
  present.unmount();
  go('/n/533102/bulletin?month=2026-10&known=2026-10-31', { replace: true });
  render(BulletinPage);
  await screen.findByText('nothing changed');
  expect(screen.queryByText('ROOT')).toBeNull();
});
