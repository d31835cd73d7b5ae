import { type FaultKind, isFaultKind } from './fault-kinds.ts';
import { ACTS, type ActName } from './people.ts';
import type { ExchangeName } from './setting.ts';
import { WEATHERS, type WeatherName } from './weather.ts';
import { CONTINUATIONS, type ContinuationName, WORKS, type WorkName } from './works.ts';

/** Something that happens at one remote call, counted from the beginning of the work. */
export interface Happening {
  readonly at: number;
  readonly what: FaultKind | ActName;
  /** For an act of a function: it stops in the middle, after so many calls of its own, until the work is over. */
  readonly pausesAfter?: number;
}

/** One deterministic story: what is done where, how it goes on, and what comes between. */
export interface Schedule {
  readonly exchange: ExchangeName;
  readonly work: WorkName;
  readonly continuation: ContinuationName;
  readonly weather: WeatherName;
  readonly happenings: readonly Happening[];
}

/** The name of a schedule, from which it can be told again. */
export function idOf({ exchange, work, continuation, weather, happenings }: Schedule): string {
  const events = happenings.map(
    ({ at, what, pausesAfter }) => `${at}:${what}${pausesAfter === undefined ? '' : `~${pausesAfter}`}`,
  );
  return [exchange, work, continuation, weather, events.join('+') || 'nothing'].join('/');
}

/** @throws Error naming the part that is no part of a schedule */
export function parseId(id: string): Schedule {
  const [exchange = '', work = '', continuation = '', weather = '', events = ''] = id.split('/');
  return {
    exchange: oneOf('exchange', exchange, ['bitget', 'binance']),
    work: oneOf('work', work, Object.keys(WORKS) as WorkName[]),
    continuation: oneOf('continuation', continuation, Object.keys(CONTINUATIONS) as ContinuationName[]),
    weather: oneOf('weather', weather, Object.keys(WEATHERS) as WeatherName[]),
    happenings: events === 'nothing' ? [] : events.split('+').map(parseHappening),
  };
}

function parseHappening(text: string): Happening {
  const [, at, what = '', pause] = /^(\d+):([a-z-]+)(?:~(\d+))?$/.exec(text) ?? [];
  if (at === undefined)
    throw new Error(`what happens: got ${text || 'nothing'}, allowed: 7:kill-after, or nothing`);
  const known = isFaultKind(what) ? what : oneOf('what happens', what, Object.keys(ACTS) as ActName[]);
  return { at: Number(at), what: known, ...(pause === undefined ? {} : { pausesAfter: Number(pause) }) };
}

function oneOf<T extends string>(field: string, got: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === got);
  if (found !== undefined) return found;
  throw new Error(`${field}: got ${got || 'nothing'}, allowed: ${allowed.join(', ')}`);
}
