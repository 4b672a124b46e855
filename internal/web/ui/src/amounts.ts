// Amounts are exact decimals as texts: nothing here is ever a floating number.

/** The thousands told apart. */
export function grouped(amount: string): string {
  const [whole = '0', fraction] = amount.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** Yuan in units of ten thousand (万元) to two places, halves away from zero (四舍五入). */
export function tenThousands(yuan: string): string {
  const [whole = '0', fraction = ''] = yuan.replace('-', '').split('.');
  const fen = BigInt(`${whole}${fraction.padEnd(2, '0')}`);
  const hundreds = (fen + 5_000n) / 10_000n;
  const digits = hundreds.toString().padStart(3, '0');
  return `${yuan.startsWith('-') && hundreds ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What is left of an amount in yuan when another is taken from it, to the fen. */
export function subtract(from: string, what: string): string {
  const fen = (yuan: string) => {
    const [whole = '0', fraction = ''] = yuan.split('.');
    return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
  };
  const left = fen(from) - fen(what);
  const digits = (left < 0n ? -left : left).toString().padStart(3, '0');
  return `${left < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** A sentence whose amounts to the fen have their thousands told apart. */
export const groupedWithin = (sentence: string) => sentence.replace(/\d{4,}\.\d{2}(?!\d)/g, grouped);
