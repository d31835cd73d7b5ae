import { ByOwner } from './by-owner.ts';
import type { KeyLife } from './key-life.ts';
import { NotFoundError } from './not-found-error.ts';

/** Every key there ever was, in the order in which they were made. */
export class KeyRing<Key extends KeyLife> {
  readonly #byId = new Map<string, Key>();
  readonly #byOwner = new ByOwner<Key>();

  get all(): Iterable<Key> {
    return this.#byId.values();
  }

  add(key: Key): Key {
    this.#byId.set(key.id, key);
    this.#byOwner.add(key.owner, key);
    return key;
  }

  find(id: string): Key | undefined {
    return this.#byId.get(id);
  }

  /** A key that a person sees at the website. @throws NotFoundError when there is none, or it is deleted */
  getLiving(id: string): Key {
    const key = this.find(id);
    if (key === undefined) throw new NotFoundError(`no key "${id}"`);
    if (key.deletedAt !== null) throw new NotFoundError(`the key "${id}" is deleted`);
    return key;
  }

  ownedBy(owner: string): readonly Key[] {
    return this.#byOwner.of(owner);
  }

  livingOf(owner: string): Key[] {
    return this.ownedBy(owner).filter(({ deletedAt }) => deletedAt === null);
  }
}
