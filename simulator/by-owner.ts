/** Things that belong to accounts, in the order in which they came, without looking through other accounts' own. */
export class ByOwner<T extends { readonly createdAt: number }> {
  readonly #lists = new Map<string, T[]>();
  /** Owners whose things did not come in the order of their times, as the clock was set back. */
  readonly #disordered = new Set<string>();

  add(owner: string, thing: T): void {
    const others = this.#lists.get(owner);
    const last = others?.at(-1);
    if (last !== undefined && last.createdAt > thing.createdAt) this.#disordered.add(owner);
    if (others === undefined) this.#lists.set(owner, [thing]);
    else others.push(thing);
  }

  of(owner: string): readonly T[] {
    return this.#lists.get(owner) ?? [];
  }

  /** Those from one time to another, both included; quickly, however many there are besides. */
  between(owner: string, from: number, to: number): readonly T[] {
    const all = this.of(owner);
    if (this.#disordered.has(owner))
      return all.filter(({ createdAt }) => createdAt >= from && createdAt <= to);
    return all.slice(firstAt(all, from), firstAt(all, to + 1));
  }
}

/** The place of the first thing that came at a time or later. */
function firstAt(things: readonly { readonly createdAt: number }[], at: number): number {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((things[middle]?.createdAt ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
