/** Who watches which topic (keys, or uids). A topic that nobody watches takes no memory. */
export class Watchers<W> {
  readonly #watchers = new Map<string, Set<W>>();

  add(topic: string, watcher: W): void {
    const watchers = this.#watchers.get(topic);
    if (watchers === undefined) this.#watchers.set(topic, new Set([watcher]));
    else watchers.add(watcher);
  }

  remove(topic: string, watcher: W): void {
    const watchers = this.#watchers.get(topic);
    if (watchers?.delete(watcher) && watchers.size === 0) this.#watchers.delete(topic);
  }

  of(topic: string): Iterable<W> {
    return this.#watchers.get(topic) ?? [];
  }
}
