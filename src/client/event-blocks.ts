/** A block of an event stream: the values of its fields by their names. */
export type Block = Readonly<Partial<Record<'id' | 'event' | 'data' | 'retry', string>>>;

/** The blocks of an event stream of this server, heartbeats among them as blocks without a field that counts. */
export async function* eventBlocks(body: ReadableStream<BufferSource>): AsyncGenerator<Block> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    // A heartbeat, `:`, has no such pair in it. A value may hold what only JavaScript takes for the end of a line.
    for (const block of blocks) yield Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
  }
}
