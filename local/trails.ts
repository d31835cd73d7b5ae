import { formatArn, type Place } from './arn.ts';

interface Trail {
  readonly arn: string;
  readonly logging: boolean;
}

/** The trails of the account: EventBridge gets CloudTrail's records only while one is logging. */
export class Trails {
  readonly #place: Place;
  readonly #accountTrail: boolean;
  readonly #byName = new Map<string, Trail>();

  /** `accountTrail`: whether there is one that no template made. */
  constructor(place: Place, accountTrail: boolean) {
    this.#place = place;
    this.#accountTrail = accountTrail;
  }

  get logging(): boolean {
    return this.#accountTrail || [...this.#byName.values()].some(({ logging }) => logging);
  }

  put(name: string, logging: boolean): Trail {
    const trail = { arn: formatArn(this.#place, 'cloudtrail', `trail/${name}`), logging };
    this.#byName.set(name, trail);
    return trail;
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }
}
