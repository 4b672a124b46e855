/** How a body kept its duties, at the ends of quarters one after the other. */
interface Point {
  asOf: string;
  timeliness: { onTime: number; late: number; overdue: number; onTimeRate?: number | null };
}

export interface Lateness {
  /** How many duties became late within each quarter, the first point being the day before. */
  newlyLate: number[];
  /** In how many of the quarters any did. */
  quartersLate: number;
  onTimeRate: number | null;
}

/**
 * What became late, quarter by quarter. A duty done after its day only passes from overdue to late, so that
 * their sum grows by those that missed their day in between.
 */
export function lateness(points: Point[]): Lateness {
  const sums = points.map(({ timeliness }) => timeliness.late + timeliness.overdue);
  const newlyLate = sums.slice(1).map((sum, i) => sum - sums[i]!);
  return {
    newlyLate,
    quartersLate: newlyLate.filter((n) => n > 0).length,
    onTimeRate: points.at(-1)?.timeliness.onTimeRate ?? null,
  };
}
