import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DECLARATION_FILE } from '../../lambda/contract.ts';
import {
  parseAccountDeclaration,
  parseFleetDeclaration,
  parseNotifyDeclaration,
} from '../../lambda/declaration.ts';
import { bundleHandler } from '../../lib/function-code.ts';
import { buildApp, readFleet } from '../../lib/index.ts';
import { FULL_CONFIG } from './fixture.ts';

/** What may be inside a function: the AWS SDK with its own parts, Powertools, zod. Nothing that trades. */
const TRUSTED = [
  /^@aws-sdk\//,
  /^@smithy\//,
  /^@aws-crypto\//,
  /^@aws\/lambda-invoke-store$/,
  /^@aws-lambda-powertools\//,
  /^bowser$/,
  /^tslib$/,
  /^zod$/,
];
const HANDLERS = ['rotate', 'reconcile', 'operate', 'watch-reads', 'notify'] as const;

describe('the code of a function', () => {
  const [declaration] = readFleet(FULL_CONFIG).accounts.map((plan) => plan.declaration);
  const folders = assetsOf(FULL_CONFIG);

  test.each(HANDLERS)('of %s has no package inside that is not trusted', (handler) => {
    const packages = bundleHandler(handler).inputs.flatMap((input) => {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
      return name ? [name] : [];
    });

    expect(packages.filter((name) => !TRUSTED.some((trusted) => trusted.test(name)))).toEqual([]);
  });

  test.each(HANDLERS)(
    'of %s has nothing of the simulator, the local cloud or the infrastructure inside',
    (handler) => {
      const own = bundleHandler(handler).inputs.filter((input) => !input.startsWith('node_modules/'));

      expect(own).toContain(`lambda/handlers/${handler}.ts`);
      expect(own.filter((input) => !input.startsWith('lambda/'))).toEqual([]);
    },
  );

  test('exports a handler and keeps the names of functions, for stack traces', () => {
    expect(bundleHandler('rotate').code).toMatch(/handler: \(\) => handler/);
    expect(bundleHandler('rotate').code).toMatch(/function handler\(/);
  });

  test('has what is declared beside it: the account, the fleet for watch-reads, the topics for notify', () => {
    const declared = folders.map((folder) => readFileSync(join(folder, DECLARATION_FILE), 'utf8'));
    const topics = declared.filter((json) => json.includes('"topics"'));
    const accounts = declared.filter((json) => !json.includes('"accounts"') && !topics.includes(json));

    expect(folders).toHaveLength(HANDLERS.length);
    expect(accounts.map(parseAccountDeclaration)).toEqual([declaration, declaration, declaration]);
    expect(declared.filter((json) => json.includes('"accounts"')).map(parseFleetDeclaration)).toEqual([
      { accounts: [declaration] },
    ]);
    expect(topics.map(parseNotifyDeclaration)).toEqual([
      {
        runbookUrl: 'docs/runbook.md',
        topics: [
          { name: 'rekey-alerts', form: 'mail', from: 'warning', hasAlarms: true },
          { name: 'rekey-main-alerts', form: 'mail', from: 'warning', account: 'main', hasAlarms: true },
        ],
      },
    ]);
  });

  test('has the same hash whenever the same is built', () => {
    expect(assetsOf(FULL_CONFIG).map(hashOf).sort()).toEqual(folders.map(hashOf).sort());
  });
});

/** The folders of all functions as they lie in the cloud assembly. */
function assetsOf(config: typeof FULL_CONFIG): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'rekey-assets-'));
  buildApp(config, { outdir }).synth();
  return readdirSync(outdir)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(outdir, name));
}

function hashOf(folder: string): string | undefined {
  return folder.split('asset.').at(-1);
}
