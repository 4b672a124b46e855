// Amounts are exact decimals as texts: nothing here is ever a floating number.

/** The thousands told apart. */
export function grouped(amount: string): string {
  const [whole = '0', fraction] = amount.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** Yuan in units of ten thousand (万元): the point moves by four digits. */
export function tenThousands(yuan: string): string {
  const negative = yuan.startsWith('-');
  const [whole = '0', fraction = ''] = yuan.replace('-', '').split('.');
  const digits = whole.padStart(5, '0');
  const moved = `${digits.slice(0, -4)}.${digits.slice(-4)}${fraction}`.replace(/\.?0+$/, '');
  return (negative ? '-' : '') + moved;
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
