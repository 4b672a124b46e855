import type { AdministrativeLevel } from './generated/graphql';

/** All levels, from the highest down. */
export const LEVELS: AdministrativeLevel[] = ['NATION', 'PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'];

export const LEVELS_BELOW: AdministrativeLevel[] = ['PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'];

/** The levels that gaps are narrowed to: those that publish. */
export const LEVELS_OF_GAPS: AdministrativeLevel[] = ['COUNTY', 'TOWNSHIP', 'VILLAGE'];

/**
 * The level below a node's. Statistical codes tell the level by their length
 * (统计用区划代码: 2 digits a province, 4 a prefecture, 6 a county, 9 a township);
 * a department's begins with that of its place.
 */
export function levelBelow(code: string): AdministrativeLevel {
  const digits = /^\d*/.exec(code)![0].length;
  return digits === 0
    ? 'PROVINCE'
    : digits <= 2
      ? 'PREFECTURE'
      : digits <= 4
        ? 'COUNTY'
        : digits <= 6
          ? 'TOWNSHIP'
          : 'VILLAGE';
}
