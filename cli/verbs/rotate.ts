import { expectOutcome } from '../answer.ts';
import { type Confirmation, confirm } from '../confirmation.ts';
import { printable } from '../printable.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

export const rotate: Verb = {
  name: 'rotate',
  argument: '<account/key>',
  argumentSummary: 'key, as in the configuration',
  summary: 'replace a key now; the replaced one works on until its grace period is over',
  options: [
    {
      flags: '--emergency',
      summary: 'after a leak: no grace period, and keys still in theirs are revoked as well',
    },
    { flags: '--yes', summary: 'do not ask before an emergency rotation' },
  ],
  run,
};

async function run({ argument = '', options }: Input, host: Host): Promise<ExitCode> {
  const { local, emergency = false, yes = false } = options;
  const declared = await host.readDeclared(options);
  const { account, key } = declared.getKey(argument);
  if (emergency && !yes) await confirm(emergencyOf(argument), host.terminal);
  const cloud = await host.connect(local);
  const request = { act: emergency ? 'rotateEmergency' : 'rotate', key, actor: host.actor } as const;
  const answer = expectOutcome(await cloud.operate.ask(account, request), 'started', request);
  host.terminal.print(printable(`${answer.message} (version ${answer.versionId})`));
  host.terminal.print(`watch it: npm run rekey -- status ${account}, npm run rekey -- audit ${argument}`);
  return 0;
}

function emergencyOf(key: string): Confirmation {
  return {
    asker: 'rotate --emergency',
    warnings: [
      `${key}, and every key of it still in its grace period, is revoked as soon as a new key is promoted.`,
      'Whoever does not read the new key by then is locked out.',
    ],
    question: 'Rotate now?',
  };
}
