import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../cli/aws/connect.ts';
import { readDeclared } from '../../cli/declared.ts';
import type { DrillResult } from '../../cli/drill.ts';
import type { Host } from '../../cli/verb.ts';
import { MovableClock } from '../../local/clock.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/synthesise.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { type Ran, rekey } from './harness.ts';

const CONFIG = 'examples/drill/rekey.config.ts';
const PROBES = ['probe-1', 'probe-2'];

let simulator: Simulator;
let cloud: LocalCloud;

/** The synthesised app with its own functions and roles, and two keys that are there to be stopped. */
beforeAll(async () => {
  simulator = await startSimulator({ exchange: 'bitget', seed: 5 });
  const environment = {
    REKEY_SIMULATOR_URL: simulator.url,
    REKEY_SIMULATOR_SUB_ACCOUNT: simulator.subAccounts[0] ?? '',
  };
  const assembly = await synthesise({ config: CONFIG, environment });
  const clock = new MovableClock();
  cloud = await startLocalCloud({ assembly, clock, followers: [simulator.clock] });
  await ask('manager put drill', { stdin: JSON.stringify(simulator.manager) });
  for (const name of PROBES) await ask(`rotate drill/${name}`);
  await cloud.advance(60_000);
});

afterAll(async () => {
  await Promise.all([cloud?.stop(), simulator?.stop()]);
});

/** As a person would, but while the CLI waits, the time of the cloud passes. */
async function ask(command: string, run: { stdin?: string } = {}): Promise<Ran> {
  const host: Partial<Host> = {
    now: () => cloud.clock.now(),
    pause: async (ms) => await cloud.advance(ms),
    readDeclared: () => readDeclared(CONFIG),
    connect: () => connect(cloud.url),
  };
  const ran = await rekey(command, { ...run, host });
  await cloud.settled();
  return ran;
}

/** Labels of the keys that the exchange would accept, from its own table. */
async function livingKeys(): Promise<string[]> {
  const answer = await fetch(`${simulator.managementUrl}/keys`);
  const { keys } = (await answer.json()) as {
    keys: { apiKey: string; subAccount: unknown; deletedAt: unknown }[];
  };
  return keys.filter((key) => key.subAccount !== null && key.deletedAt === null).map(({ apiKey }) => apiKey);
}

async function events(): Promise<string[]> {
  return (await ask('audit --since 24h')).out.split('\n').map((line) => line.split(/ {2,}/)[1] ?? '');
}

describe('against the deployed functions', () => {
  it('a drill stops the keys at the exchange, has it proven, and brings new ones into use', async () => {
    const before = await livingKeys();
    expect(before).toHaveLength(2);
    const { code, out } = await ask('drill drill --json');
    const { drill } = JSON.parse(out) as Record<string, DrillResult>;
    expect(drill?.problems).toEqual([]);
    expect(code).toBe(0);
    expect(drill?.keys).toEqual(PROBES);
    // Reconcile runs every five minutes; until then the exchange's word is all there is.
    expect(drill?.revokedSeconds).toBeLessThan(60);
    expect(drill?.provenSeconds).toBeLessThanOrEqual(330);
    expect(drill?.currentSeconds).toBeLessThan(60);
    const after = await livingKeys();
    expect(after).toHaveLength(2);
    expect(after.filter((keyId) => before.includes(keyId))).toEqual([]);
    expect(await events()).toEqual(expect.arrayContaining(['StopOrdered', 'KeyRevoked', 'KeyResumed']));
  });

  it('a stop leaves no key alive, freezes the sub-account, and lasts until the key is resumed', async () => {
    const { code, out } = await ask('stop --all --yes');
    expect({ code, living: await livingKeys() }).toEqual({ code: 0, living: [] });
    expect(out).toContain(`frozen: sub-account ${simulator.subAccounts[0]}`);
    expect((await ask('rotate drill/probe-1')).err).toContain('refused (KeyStopped)');
    await cloud.advance(20 * 60_000);
    expect(await livingKeys()).toEqual([]);
    expect((await ask('resume drill/probe-1')).code).toBe(0);
    await cloud.advance(60_000);
    expect(await livingKeys()).toHaveLength(1);
    const { out: status } = await ask('status drill');
    expect(status).toMatch(/^drill\/probe-1 +Current/m);
    expect(status).toMatch(/^drill\/probe-2 +Stopped/m);
  });
});
