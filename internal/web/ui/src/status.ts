import type { CellStatus } from './generated/graphql';

/** The order in which statuses are shown everywhere: gaps first. */
export const STATUSES: CellStatus[] = ['MISSING', 'OVERDUE', 'STALE', 'PENDING', 'COVERED', 'EXEMPT'];
export const GAPS: CellStatus[] = ['MISSING', 'OVERDUE', 'STALE'];

/** The counts that are told of a place, in the order of every table. */
export const FIGURES = ['required', 'covered', 'pending', 'missing', 'overdue', 'stale', 'exempt'] as const;

export interface Figures {
  required: number;
  covered: number;
  pending: number;
  missing: number;
  overdue: number;
  stale: number;
  exempt: number;
  coverageRate?: number | null;
}

/** How many cells of a status some figures have. */
export function countOf(figures: Omit<Figures, 'required' | 'coverageRate'>, status: CellStatus): number {
  return figures[status.toLowerCase() as 'missing'];
}

export const gapsOf = (figures: Pick<Figures, 'missing' | 'overdue' | 'stale'>) =>
  figures.missing + figures.overdue + figures.stale;

/** The places of a ranking but those that ended before the day and have nothing that counts. */
export const standing = <P extends { node: { validTo?: string | null }; figures: Figures }>(places: P[], on: string) =>
  places.filter(({ node, figures }) => figures.required || !node.validTo || node.validTo >= on);

/** The rate of some cells, as that of figures: design, Figures. */
export function rateOf(statuses: CellStatus[]): number | null {
  const due = statuses.filter((status) => status !== 'EXEMPT' && status !== 'PENDING').length;
  return due ? statuses.filter((status) => status === 'COVERED').length / due : null;
}

/** The name of a row of a catalog: its sub-item where it has one. */
export const itemOf = (entry: { item: string; subItem?: string | null }) =>
  entry.subItem ? `${entry.item} · ${entry.subItem}` : entry.item;
