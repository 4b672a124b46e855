// Amounts are exact decimals as texts: nothing here is ever a floating number.

/** The thousands told apart; a sign is a minus, not a hyphen. */
export function grouped(amount: string): string {
  const [whole = '0', fraction] = amount.split('.');
  const apart = whole.replace('-', '−').replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** Yuan in units of ten thousand (万元) to two places, halves away from zero (四舍五入). */
export const tenThousands = (yuan: string) => inUnits(yuan, 10_000n);

/** Yuan in millions, likewise. */
export const millions = (yuan: string) => inUnits(yuan, 1_000_000n);

function inUnits(yuan: string, unit: bigint): string {
  const [whole = '0', fraction = ''] = yuan.replace('-', '').split('.');
  const fen = BigInt(`${whole}${fraction.padEnd(2, '0')}`);
  const hundreds = (fen + unit / 2n) / unit;
  const digits = hundreds.toString().padStart(3, '0');
  return `${yuan.startsWith('-') && hundreds ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What is left of an amount when another is taken from it, exact: to the fen, and further where either is. */
export const subtract = (from: string, what: string) => together(from, what, (one, other) => one - other);

/** Two amounts together, likewise. */
export const add = (one: string, other: string) => together(one, other, (one, other) => one + other);

function together(one: string, other: string, by: (one: bigint, other: bigint) => bigint): string {
  const places = Math.max(2, ...[one, other].map((amount) => amount.split('.')[1]?.length ?? 0));
  const least = (amount: string) => {
    const [whole = '0', fraction = ''] = amount.split('.');
    return BigInt(`${whole}${fraction.padEnd(places, '0')}`);
  };
  const sum = by(least(one), least(other));
  const digits = (sum < 0n ? -sum : sum).toString().padStart(places + 1, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** A sentence whose amounts to the fen and counts of days have their thousands told apart. */
export const groupedWithin = (sentence: string) =>
  sentence.replace(/\d{4,}(?:\.\d{2}(?!\d)|(?=\u5929|\sdays\b))/g, grouped);
