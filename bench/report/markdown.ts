/** A table; the first row is its head. The first column is left-aligned, the others right-aligned unless `text`. */
export function table(rows: readonly (readonly string[])[], text = false): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 || text ? '---' : '---:'));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
