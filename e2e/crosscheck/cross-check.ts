import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MovableClock } from '../../local/clock.ts';
import { SecretsManager } from '../../local/secrets-manager/secrets-manager.ts';
import { secretsManagerHandler } from '../../local/secrets-manager/server.ts';
import { REGION } from '../emulator.ts';
import { freePort } from '../free-port.ts';
import { bareEnvironment, startProcess } from '../process.ts';
import type { World } from '../world.ts';
import { insertTable, type Played } from './page.ts';
import { outcome, type Rule, Subject } from './rule.ts';
import { RULES } from './rules.ts';

const PAGE = resolve('docs/end-to-end.md');
/** moto's account. */
const ACCOUNT = '123456789012';

/**
 * Puts the strict Secrets Manager and moto through every rule, and holds the table in docs/end-to-end.md
 * against what was seen.
 * @throws Error if moto differs where nobody says so, no longer differs, or the page is not up to date
 */
export async function crossCheck(world: World, { write }: { write: boolean }): Promise<void> {
  const strict = await startStrict();
  world.closeLater(strict.stop);
  const motoUrl = await startMoto(world);
  const played: Played[] = [];
  for (const rule of RULES) {
    played.push({ rule, strict: await playOn(rule, strict.url), moto: await playOn(rule, motoUrl) });
  }
  judge(played);
  updatePage(played, write);
  const differ = played.filter(({ rule }) => rule.motoSays !== undefined).length;
  world.say(
    `moto and the strict Secrets Manager: ${played.length - differ} rules alike, ${differ} known differences`,
  );
}

function judge(played: readonly Played[]): void {
  const faults = played
    .filter(({ rule, strict, moto }) => moto !== (rule.motoSays ?? strict) || rule.motoSays === strict)
    .map(
      ({ rule, strict, moto }) =>
        `${rule.name}: strict ${strict}; moto ${moto}; listed ${rule.motoSays ?? 'alike'}`,
    );
  if (faults.length > 0) throw new Error(`moto cross-check:\n  ${faults.join('\n  ')}`);
}

function updatePage(played: readonly Played[], write: boolean): void {
  const old = readFileSync(PAGE, 'utf8');
  const wanted = insertTable(old, played);
  if (old === wanted) return;
  if (!write) throw new Error('docs/end-to-end.md is out of date: npm run e2e -- --write');
  writeFileSync(PAGE, wanted);
}

async function playOn(rule: Rule, endpoint: string): Promise<string> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SecretsManagerClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  try {
    return await outcome(() => rule.play(new Subject(client)));
  } finally {
    client.destroy();
  }
}

async function startStrict(): Promise<{ url: string; stop: () => Promise<void> }> {
  const clock = new MovableClock();
  const service = new SecretsManager({
    clock,
    region: REGION,
    accountId: ACCOUNT,
    invoke: async () => ({}),
    emit: () => undefined,
    mayInvoke: () => false,
  });
  const callerOf = (_key: string | undefined, sourceAddress: string) => ({
    type: 'Root' as const,
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    sourceAddress,
  });
  const server = createServer(secretsManagerHandler({ service, clock, callerOf }));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const stop = async () => {
    clock.close();
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** Ends with the world. @throws Error if it does not answer in 30 seconds */
async function startMoto({ python, folder }: World): Promise<string> {
  const port = await freePort();
  const command = [python.bin('moto_server'), '--host', '127.0.0.1', '--port', String(port)];
  const child = startProcess(command, bareEnvironment(folder));
  child.stdout?.resume();
  child.stderr?.resume();
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + 30_000;
  while (Date.now() < until && child.exitCode === null) {
    if ((await fetch(`${url}/moto-api/data.json`).catch(() => undefined))?.ok) return url;
    await sleep(150);
  }
  throw new Error('moto does not answer');
}
