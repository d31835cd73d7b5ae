/** Things that belong to accounts, in the order in which they came, without looking through other accounts' own. */
export class ByOwner<T> {
  readonly #lists = new Map<string, T[]>();

  add(owner: string, thing: T): void {
    const others = this.#lists.get(owner);
    if (others === undefined) this.#lists.set(owner, [thing]);
    else others.push(thing);
  }

  of(owner: string): readonly T[] {
    return this.#lists.get(owner) ?? [];
  }
}
