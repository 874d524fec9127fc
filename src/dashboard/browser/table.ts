import { element, setText } from './element.ts';

export interface Column<Row> {
  readonly title: string;
  /** What the column means, where the title alone does not say it. */
  readonly hint?: string;
  readonly text: (row: Row) => string;
  /** Class of its cells: `number`, `wide` for what a narrow screen leaves out, and whatever the style knows. */
  readonly look?: string;
  /** Class that depends on the row. */
  readonly mark?: (row: Row) => string;
}

/** The rows of a table, kept and changed in place: nothing flickers, and a selection of text stays. */
export class Table<Row> {
  readonly #body: HTMLTableSectionElement;
  readonly #columns: readonly Column<Row>[];
  readonly #empty: string;

  /** `empty` is shown where there are no rows. `headings` makes the titles; else they are plain. */
  constructor(
    table: HTMLTableElement,
    columns: readonly Column<Row>[],
    empty: string,
    heading: (column: Column<Row>) => Node | string = ({ title }) => title,
  ) {
    this.#columns = columns;
    this.#empty = empty;
    const titles = columns.map((column) => {
      const cell = element('th', { scope: 'col', class: column.look ?? '' }, heading(column));
      if (column.hint !== undefined) cell.title = column.hint;
      return cell;
    });
    this.#body = element('tbody');
    table.append(element('thead', {}, element('tr', {}, ...titles)), this.#body);
  }

  show(rows: readonly Row[]): void {
    if (rows.length === 0) {
      const cell = element('td', { colspan: String(this.#columns.length), class: 'empty' }, this.#empty);
      if (this.#body.textContent !== this.#empty) this.#body.replaceChildren(element('tr', {}, cell));
      return;
    }
    if (this.#body.querySelector('.empty') !== null) this.#body.replaceChildren();
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    for (const [index, row] of rows.entries()) this.#fill(this.#body.rows[index] ?? this.#append(), row);
  }

  #append(): HTMLTableRowElement {
    const line = this.#body.insertRow();
    for (const [index, { look }] of this.#columns.entries()) {
      // The first cell names its row.
      line.append(
        index === 0 ? element('th', { scope: 'row', class: look ?? '' }) : element('td', { class: look ?? '' }),
      );
    }
    return line;
  }

  #fill(line: HTMLTableRowElement, row: Row): void {
    for (const [index, { text, mark, look }] of this.#columns.entries()) {
      const cell = line.cells[index];
      if (cell === undefined) continue;
      setText(cell, text(row));
      if (mark !== undefined) cell.className = `${look ?? ''} ${mark(row)}`;
    }
  }
}
