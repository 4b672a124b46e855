/** A message that a server sent, and what kind it is of. */
export interface Event {
  name: string;
  data: string;
}

/**
 * Reads what a server sends as events (docs/live.md), up to `complete`. Who stops
 * reading closes the connection; one that was cut is an error.
 */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Event, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let [rest, name, data] = ['', '', ''];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the connection was cut; go on after the last token');
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('event: ')) name = line.slice('event: '.length);
        else if (line.startsWith('data: ')) data = line.slice('data: '.length);
        else if (line === '' && name === 'complete') return;
        else if (line === '' && name) {
          yield { name, data };
          [name, data] = ['', ''];
        }
      }
    }
  } finally {
    await reader.cancel();
  }
}
