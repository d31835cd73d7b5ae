import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { REGION } from './emulator.ts';
import { bareEnvironment, run } from './process.ts';
import type { World } from './world.ts';

/** Findings of cfn-lint that are accepted, each with its reason. The only place for them. */
const ACCEPTED: Readonly<Record<string, string>> = {
  W3005:
    'aws-cdk-lib makes a function depend on its whole role, policies included; naming one twice is harmless',
};

interface Finding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** Lints every template: of the sample, of the demo, and of the app with and without network and trail. */
export async function lintTemplates(world: World): Promise<void> {
  const folders = [
    await world.synthesise('first', resolve('rekey.config.ts')),
    await world.synthesise('changed', resolve('examples/demo/rekey.config.ts')),
    await world.synthesise('changed'),
    await world.synthesise('network'),
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => join(folder, name)),
  );
  const command = [
    world.python.bin('cfn-lint'),
    '--format',
    'json',
    '--regions',
    REGION,
    '--template',
    ...files,
  ];
  // Errors count 2, warnings 4, remarks 8; an odd code is a fault of the linter.
  const accept = [0, 2, 4, 6, 8, 10, 12, 14];
  const { stdout } = await run(command, { environment: bareEnvironment(world.folder), accept });
  judge(JSON.parse(stdout) as Finding[]);
  world.say(`cfn-lint: ${files.length} templates, nothing beside ${Object.keys(ACCEPTED).join(', ')}`);
}

/** @throws Error for a finding that is not accepted, and for an exception that nothing needs any more */
export function judge(findings: readonly Finding[]): void {
  const refused = findings.filter(({ Rule }) => !(Rule.Id in ACCEPTED));
  if (refused.length > 0) {
    const lines = refused.map(
      ({ Rule, Message, Location }) => `${Rule.Id} ${Location.Path?.join('.')}: ${Message}`,
    );
    throw new Error(`cfn-lint: ${[...new Set(lines)].join('\n  ')}`);
  }
  const idle = Object.keys(ACCEPTED).filter((id) => !findings.some(({ Rule }) => Rule.Id === id));
  if (idle.length > 0)
    throw new Error(`cfn-lint no longer finds ${idle.join(', ')}: take it out of e2e/lint.ts`);
}
