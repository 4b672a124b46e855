import type { Figures } from '../status';

export const figures = (counts: Partial<Figures> = {}) => ({
  asOf: '2026-11-24',
  provisional: false,
  required: 10,
  covered: 4,
  pending: 1,
  missing: 2,
  overdue: 2,
  stale: 1,
  exempt: 0,
  coverageRate: 0.4444,
  ...counts,
});

export const place = (more: Record<string, unknown> = {}) => ({
  __typename: 'AdministrativeDivision' as const,
  id: 'place',
  code: '533102',
  name: '瑞丽市',
  level: 'COUNTY' as const,
  validFrom: '1990-01-01',
  validTo: null,
  formerNames: [],
  ancestors: [{ code: '53', name: '云南省', level: 'PROVINCE' as const }],
  shown: { asOf: '2026-11-24', provisional: false },
  ...more,
});

export const entry = (code = '1.1', item = '政策文件') => ({ code, category: '政策', item, subItem: null });

export const publisher = (code = '533102401', name = '畹町农场') => ({
  __typename: 'AdministrativeDivision' as const,
  code,
  name,
  level: 'TOWNSHIP' as const,
});

export const gap = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  status: 'OVERDUE' as const,
  since: '2026-10-01',
  daysOpen: 54,
  publisher: publisher(),
  entry: { ...entry(), legalBasis: '第二十条' },
  reason: {
    rule: `rule of ${id}`,
    anchorDate: '2026-09-01',
    dueOn: '2026-09-30',
    workingDaysCounted: 20,
    provisional: false,
  },
  ...more,
});
