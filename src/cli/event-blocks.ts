/** One block of an event stream: https://html.spec.whatwg.org/multipage/server-sent-events.html. Absent fields are empty. */
export interface EventBlock {
  readonly id: string;
  readonly event: string;
  readonly data: string;
  readonly retry: string;
}

/** The blocks of an event stream as they come, comments too. Each field stands in one line at most, as our servers write it. */
export async function* eventBlocks(body: AsyncIterable<Uint8Array>): AsyncGenerator<EventBlock, void, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield parseBlock(block);
  }
}

function parseBlock(block: string): EventBlock {
  const fields = { id: '', event: '', data: '', retry: '' };
  for (const line of block.split('\n')) {
    const [name = ''] = line.split(':', 1);
    if (Object.hasOwn(fields, name)) fields[name as keyof EventBlock] = line.slice(name.length + 1).trimStart();
  }
  return fields;
}
