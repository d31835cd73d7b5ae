import { describe, expect, it } from 'vitest';
import { type ByHand, manualSteps } from '../../cli/manual-steps.ts';
import { operateRequest } from '../../lambda/operate-protocol.ts';
import { FULL_CONFIG } from '../lib/fixture.ts';
import { templatesOf } from '../lib/templates.ts';

const account = {
  name: 'main',
  exchange: 'bitget',
  keys: [
    { name: 'grid-bot', subAccount: '1111' },
    { name: 'tax-tool', subAccount: '2222' },
  ],
};

function steps(changes: Partial<ByHand> = {}): string {
  return manualSteps({
    target: { account },
    keys: ['grid-bot', 'tax-tool'],
    place: { region: 'eu-west-1' },
    actor: 'ada@desk',
    isAnswering: false,
    ...changes,
  }).join('\n');
}

describe('the steps by hand', () => {
  it('come in the order in which they save most', () => {
    const numbers = steps().match(/^\d\. \w+/gm);
    expect(numbers).toEqual(['1. At', '2. Freeze', '3. Turn', '4. When']);
  });

  it('lead to the pages of the exchange and name the sub-accounts', () => {
    const text = steps();
    expect(text).toContain('in sub-account 1111, 2222, delete every key whose name starts with rk');
    expect(text).toContain('https://www.bitget.com/account/newapi');
    expect(text).not.toContain('binance');
  });

  it('turn the rotation of each secret off, at its page or with a command', () => {
    for (const name of ['grid-bot', 'tax-tool']) {
      expect(steps()).toContain(`secret?name=rekey%2Fmain%2F${name}&region=eu-west-1`);
      expect(steps()).toContain(
        `aws secretsmanager cancel-rotate-secret --secret-id rekey/main/${name} --region eu-west-1`,
      );
    }
  });

  it('are about the keys that may still live, and no others', () => {
    const text = steps({ keys: ['tax-tool'] });
    expect(text).toContain('in sub-account 2222,');
    expect(text).not.toMatch(/grid-bot|1111/);
  });

  it('tell how to find one key among others', () => {
    const text = steps({
      target: { account, key: { name: 'tax-tool', subAccount: '2222' } },
      keys: ['tax-tool'],
    });
    expect(text).toContain('By hand: main/tax-tool');
    expect(text).toContain('delete the key of main/tax-tool');
    expect(text).toContain('get-secret-value --secret-id rekey/main/tax-tool');
    expect(text).toContain('npm run rekey -- stop main/tax-tool\n');
  });

  it('begin with an order that the function understands, if it does not answer here', () => {
    const event = steps().match(/^ +(\{.*\})$/m)?.[1] ?? '';
    expect(operateRequest.parse(JSON.parse(event))).toEqual({
      act: 'stop',
      reason: 'Asked',
      actor: 'ada@desk',
    });
    expect(steps({ isAnswering: true })).not.toContain('{');
    expect(steps({ isAnswering: true })).toContain('Rekey goes on trying');
  });

  it('name the rule that may start a rotation as it is deployed', () => {
    const [, prefix = ''] = steps().match(/name starts with rekey-main-(\w+)/) ?? [];
    const rules = Object.keys(templatesOf(FULL_CONFIG).main?.findResources('AWS::Events::Rule') ?? {});
    expect(rules.filter((id) => id.startsWith(prefix))).toHaveLength(1);
  });

  it('say where to find the secrets if the keys are not known', () => {
    const text = steps({ target: { account: { name: 'main', keys: [] } }, keys: [] });
    expect(text).toContain('Of every secret rekey/main/...');
    expect(text).toContain('secretsmanager/listsecrets?search=');
    expect(text).toContain('www.bitget.com');
    expect(text).toContain('www.binance.com');
  });

  it('are commands only where it is the local cloud', () => {
    const text = steps({ place: { region: 'us-east-1', localUrl: 'http://127.0.0.1:4566' } });
    expect(text).not.toContain('console.aws');
    expect(text).toContain(
      '--secret-id rekey/main/grid-bot --endpoint-url http://127.0.0.1:4566 --region us-east-1',
    );
  });
});
