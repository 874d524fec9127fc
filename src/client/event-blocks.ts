/** A block of an event stream: the values of its fields by their names. */
export type Block = Readonly<Partial<Record<'id' | 'event' | 'data' | 'retry', string>>>;

/** The blocks of an event stream of this server, heartbeats among them as blocks without a field that counts. */
export async function* eventBlocks(body: ReadableStream<Uint8Array>): AsyncGenerator<Block> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      yield Object.fromEntries(
        block.split('\n').map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 2)];
        }),
      );
    }
  }
}
