import { element, setText } from './element.ts';
import { milliseconds, timeOfDay } from './numbers.ts';

const SHOWN = 30;

/** A list of what arrived through one worker, newest first. */
export class Pane {
  readonly element: HTMLElement;
  readonly #state = element('p', { class: 'aside' });
  readonly #list = element('ol', { class: 'arrivals', tabindex: '0' });

  constructor(title: string) {
    const heading = element('h3', {}, title);
    this.#list.setAttribute('aria-label', `What arrived at ${title}`);
    this.element = element('section', { class: 'card pane' }, heading, this.#state, this.#list);
  }

  clear(): void {
    this.#list.replaceChildren();
  }

  /** `look` is `calm`, `good` or `bad`. */
  state(look: string, text: string): void {
    setText(this.#state, text);
    this.#state.className = `aside ${look}`;
  }

  /** Adds what came; call what it returns with the milliseconds that it took, once they are known. */
  arrived(value: string): (ms: number) => void {
    const took = element('span', { class: 'took' });
    const item = element('li', {}, element('b', {}, value), took, element('time', {}, timeOfDay(Date.now())));
    this.#list.prepend(item);
    while (this.#list.children.length > SHOWN) this.#list.lastElementChild?.remove();
    return (ms) => setText(took, `after ${milliseconds(ms)}`);
  }
}
