import type { Cloud } from '../cli/cloud.ts';
import { Declared } from '../cli/declared.ts';
import { NotDoneError } from '../cli/problem.ts';
import type { Host, Options } from '../cli/verb.ts';
import { audit } from '../cli/verbs/audit.ts';
import { status } from '../cli/verbs/status.ts';
import type { World } from './world.ts';

/** What an operator may ask for. */
const QUESTIONS = [
  { verb: status, json: false },
  { verb: audit, json: false },
  { verb: status, json: true },
  { verb: audit, json: true },
];

/**
 * What an operator sees of the world with the CLI: every line goes to the monitor, as it has left the house.
 * @param which takes one of the questions that can be asked, so that all schedules together ask them all
 */
export async function cliOutput(world: World, which: number): Promise<void> {
  const question = QUESTIONS[which % QUESTIONS.length];
  const options: Options = { json: question?.json ?? false, since: '7d' };
  await question?.verb.run({ argument: undefined, options }, hostOf(world));
}

function hostOf(world: World): Host {
  const print = (text: string) => world.monitor.output(text);
  const nobody = () => Promise.reject(new NotDoneError('nobody is there to ask'));
  const { account, keys } = world.declaration;
  return {
    terminal: {
      ...{ isInteractive: false, print, warn: print, paint: (_style, text) => text },
      ...{ ask: nobody, askHidden: nobody, readAll: nobody },
    },
    now: () => world.clock.now(),
    pause: nobody,
    catchInterrupt: () => ({ signal: new AbortController().signal, release: () => undefined }),
    actor: 'alice',
    debug: true,
    readDeclared: async () => new Declared('rekey.config.ts', [{ name: account, keys }]),
    connect: async () => cloudOf(world),
  };
}

function cloudOf(world: World): Cloud {
  return {
    findPlace: async () => ({}),
    operate: {
      ask: async (_account, request) => {
        const ending = await world.operate(request);
        if (ending.kind === 'done' && ending.value) return ending.value;
        throw new NotDoneError(ending.kind === 'failed' ? String(ending.error) : 'no answer');
      },
    },
    managers: { put: () => Promise.reject(new NotDoneError('not asked for')) },
    audit: { read: () => auditLines(world) },
  };
}

async function* auditLines({ audit: events }: World): AsyncGenerator<string, void, undefined> {
  for (const detail of events) yield JSON.stringify({ source: 'rekey', 'detail-type': detail.event, detail });
}
