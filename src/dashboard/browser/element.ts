type Attributes = Readonly<Record<string, string>>;
type Child = Node | string;

/** Makes an element. Text becomes a text node, never markup: much of it was chosen by somebody we don't know. */
export function element<N extends keyof HTMLElementTagNameMap>(
  name: N,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[N] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** An element of the page, which must be there and of this kind. */
export function byId<E extends HTMLElement>(id: string, kind: abstract new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

/** Sets a text if it is another than before: what hasn't changed isn't told to anybody who listens. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
