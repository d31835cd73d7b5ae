import { expectOutcome } from '../answer.ts';
import type { Cloud } from '../cloud.ts';
import { readManagerKey } from '../manager-key.ts';
import { printable } from '../printable.ts';
import { NotDoneError } from '../problem.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

export const managerPut: Verb = {
  name: 'manager put',
  argument: '<account>',
  argumentSummary: 'exchange account, as in the configuration',
  summary: 'store a manager key as pending and have it checked at the exchange before it is used',
  options: [],
  optionHint: 'the key is asked for or read from standard input, never from the command line',
  run,
};

/** The key is read before anything is connected to, so that a typing error costs nothing. */
async function run({ argument = '', options }: Input, host: Host): Promise<ExitCode> {
  const declared = await host.readDeclared(options);
  const { name } = declared.getAccount(argument);
  const candidate = await readManagerKey(host.terminal);
  const cloud = await host.connect(options.local);
  const versionId = await cloud.managers.put(name, candidate);
  const message = await accept(cloud, { account: name, versionId, actor: host.actor });
  host.terminal.print(printable(`manager key of ${name} accepted: ${message}`));
  return 0;
}

async function accept(
  cloud: Cloud,
  { account, versionId, actor }: { account: string; versionId: string; actor: string },
): Promise<string> {
  const request = { act: 'acceptManager', versionId, actor } as const;
  try {
    return expectOutcome(await cloud.operate.ask(account, request), 'accepted', request).message;
  } catch (error) {
    if (!(error instanceof NotDoneError)) throw error;
    const unused = `pending version ${versionId} is not in use, and an earlier manager key, if there is one, still is`;
    const again = `then put it again: npm run rekey -- manager put ${account}`;
    throw new NotDoneError(`${error.message}; ${unused}; correct that, ${again}`, { cause: error });
  }
}
