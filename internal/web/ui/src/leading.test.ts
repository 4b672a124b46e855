import { expect, test } from 'vitest';
import { taskOfGap, taskOfUpcoming, dueInWords } from './closing';
import { leadSentence } from './leading';
import { rateOf } from './status';
import { entry, figures, publisher } from './testing/answers';

const node = {
  name: 'Ruili City',
  coverage: figures(),
  children: {
    edges: [
      { node: { name: 'Town', coverage: figures({ missing: 1, overdue: 1, stale: 0 }) } },
      { node: { name: 'Farm', coverage: figures({ missing: 3, overdue: 0, stale: 0 }) } },
    ],
  },
  gaps: {
    edges: [{ node: { since: '2025-01-03', daysOpen: 691 } }],
  },
};

test('a sentence says who is behind, by how much, since when and what changed', () => {
  const change = { before: { coverageRate: 0.5444 }, opened: { totalCount: 1 }, closed: { totalCount: 2 } };
  expect(leadSentence(node, change, '2026-11-24')).toBe(
    'Ruili City must publish 10 items and has 5 gaps: a coverage rate of 44.4%. Farm, with all ' +
      'below it, is furthest behind: 3 gaps. ' +
      'The oldest gap has been open since 3 Jan 2025, for 691 days. ' +
      'Since 24 Oct 2026, 1 new gap has opened, 2 were closed, and the rate is down 10.0 points.',
  );
});

test('who stands equal with the worst is counted', () => {
  const counts = { missing: 3, overdue: 0, stale: 0 };
  const edges = ['Town', 'Farm', 'Village'].map((name) => ({ node: { name, coverage: figures(counts) } }));
  expect(leadSentence({ ...node, children: { edges } }, null, '2026-11-24')).toContain(
    ' 3 bodies, Town among them, each with all below it, are furthest behind: 3 gaps each.',
  );
});

test('who has nothing below is not behind itself; who has no gap has none; a part that failed is left out', () => {
  expect(leadSentence({ ...node, children: null }, null, '2026-11-24')).not.toContain('furthest');
  const counts = { missing: 0, overdue: 0, stale: 0, coverageRate: null };
  expect(
    leadSentence({ ...node, gaps: null, children: null, coverage: figures(counts) }, undefined, '2026-11-24'),
  ).toBe('Ruili City must publish 10 items and has no gaps. Coverage rate: none yet (nothing is due so far).');
});

test('a task says by when, which document, and what closes it', () => {
  const cell = { publisher: publisher(), entry: entry() };
  const gap = { ...cell, id: 'g', since: '2026-11-21', reason: { dueOn: '2026-11-20' } };
  const late = taskOfGap({ ...gap, status: 'OVERDUE', duties: [{ kind: 'DOCUMENT', title: null }] }, '2026-11-24');
  expect(dueInWords(late)).toBe('was due by 20 Nov 2026, 4 days ago');
  expect(late.title).toBe('(a document not yet published)');
  expect(late.closes).toBe('publish this document to close it');
  const empty = taskOfGap({ ...gap, status: 'MISSING', reason: null }, '2026-11-24');
  expect([empty.dueOn, empty.title, empty.closes]).toEqual(['2026-11-20', null, 'publish something to close it']);
  const stale = taskOfUpcoming({ ...cell, dueOn: '2026-11-26', becomes: 'STALE' });
  expect([dueInWords(stale), stale.closes]).toEqual(['by 26 Nov 2026', 'publish an update']);
  const period = taskOfUpcoming({
    ...cell,
    dueOn: '2026-11-26',
    becomes: 'OVERDUE',
    duty: { kind: 'PERIOD', title: 'Oct' },
  });
  expect([period.title, period.closes]).toEqual(['Oct', 'publish for this period']);
});

test('a rate of cells is that of figures: pending and exempt ones count for nothing', () => {
  expect(rateOf(['COVERED', 'MISSING', 'PENDING', 'EXEMPT', 'STALE', 'COVERED'])).toBe(0.5);
  expect(rateOf(['PENDING', 'EXEMPT'])).toBeNull();
});
