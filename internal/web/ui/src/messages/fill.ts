/** Fills {name} with a value, and {name|one|many} with the word for that number. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name: string, one?: string, many?: string) =>
    one === undefined
      ? String(values[name] ?? '')
      : String(values[name]).replaceAll(',', '') === '1'
        ? one
        : (many ?? ''),
  );
}
