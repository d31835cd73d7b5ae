import { expectOutcome } from '../answer.ts';
import { printable } from '../printable.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

export const resume: Verb = {
  name: 'resume',
  argument: '<account/key>',
  argumentSummary: 'key, as in the configuration',
  summary: 'issue a new key in place of one that was stopped, and rotate it again',
  options: [],
  run,
};

async function run({ argument = '', options }: Input, host: Host): Promise<ExitCode> {
  const declared = await host.readDeclared(options);
  const { account, key } = declared.getKey(argument);
  const cloud = await host.connect(options.local);
  const request = { act: 'resume', key, actor: host.actor } as const;
  const answer = expectOutcome(await cloud.operate.ask(account, request), 'started', request);
  const { print } = host.terminal;
  print(printable(`${answer.message} (version ${answer.versionId})`));
  print(
    'a new key is issued, verified and promoted within a minute or so; programs get it when they read again',
  );
  print('a sub-account that was frozen with it is unfrozen, and the schedule goes on');
  print(`watch it: npm run rekey -- status ${account}, npm run rekey -- audit ${argument}`);
  return 0;
}
