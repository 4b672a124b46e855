const shown = (value: string | number) => (typeof value === 'number' ? value.toLocaleString('en-US') : value);

/** Fills {name} with a value, thousands told apart, and {name|one|many} with the word for that number. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name: string, one?: string, many?: string) =>
    one === undefined
      ? shown(values[name] ?? '')
      : String(values[name]).replaceAll(',', '') === '1'
        ? one
        : (many ?? ''),
  );
}
