import { type Actor, BROAD, EVERY_FUNCTION, FOREIGNER, READERS, STRANGER } from '../actors.ts';
import type { Ask } from '../decide.ts';

/** Somebody tries something that he must not be able to do. Every ask of every actor counts. */
export interface Attack {
  readonly name: string;
  readonly actors: readonly Actor[];
  readonly asks: readonly Ask[];
}

/** People and roles that nothing was declared for, in this AWS account and another. */
export const STRANGERS: readonly Actor[] = [STRANGER, FOREIGNER];
/** Whoever is not a function. */
export const OTHERS: readonly Actor[] = [...READERS, BROAD, ...STRANGERS];
/** Everybody but administrators of the AWS account, whom no policy here can stop. */
export const EVERYBODY: readonly Actor[] = [...EVERY_FUNCTION, ...OTHERS];

export function attack(name: string, actors: readonly Actor[], all: readonly Ask[]): Attack {
  return { name, actors, asks: all };
}
