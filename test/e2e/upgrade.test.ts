import { readFileSync } from 'node:fs';
import type { Stack } from 'aws-cdk-lib';
import { Template as Synthesised } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { Template } from '../../e2e/adapt-template.ts';
import { compareTemplates } from '../../e2e/compare-templates.ts';
import { findLosses } from '../../e2e/find-losses.ts';
import config from '../../e2e/release/rekey.config.ts';
import { buildApp } from '../../lib/index.ts';

const STACKS = ['rekey-shared', 'rekey-main'] as const;
const LAST_RELEASE = Object.fromEntries(STACKS.map((stack) => [stack, readRelease(stack)]));
const app = buildApp(config);

function readRelease(stack: string): Template {
  const file = new URL(`../../e2e/release/${stack}.template.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Template;
}

function lastRelease(stack: string): Template {
  return structuredClone(LAST_RELEASE[stack] as Template);
}

function today(stack: string): Template {
  return Synthesised.fromStack(app.node.findChild(stack) as Stack).toJSON() as Template;
}

describe('an upgrade from the last release', () => {
  it.each(STACKS)('loses nothing of %s that cannot be made again', (stack) => {
    expect(findLosses(lastRelease(stack), today(stack))).toEqual([]);
  });

  it('keeps the logical ids of everything that cannot be made again', () => {
    const kept = STACKS.flatMap((stack) =>
      Object.entries(today(stack).Resources)
        .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'RetainExceptOnCreate')
        .map(([id]) => `${stack}/${id}`),
    );
    expect(kept.sort()).toEqual([
      'rekey-main/ManagerSecret',
      'rekey-main/SecretGridDashBot',
      'rekey-main/SecretTaxDashTool',
      'rekey-shared/AuditArchive',
      'rekey-shared/AuditBus',
      'rekey-shared/AuditLogGroup',
      'rekey-shared/EgressAddressAllocation',
      'rekey-shared/EncryptionKey',
      'rekey-shared/TrailBucket',
    ]);
  });
});

describe('what counts as a loss', () => {
  function changed(change: (resource: Record<string, unknown>) => void): string[] {
    const after = lastRelease('rekey-main');
    change(after.Resources.SecretGridDashBot as Record<string, unknown>);
    return findLosses(lastRelease('rekey-main'), after);
  }

  it('names a secret that is gone under its logical id', () => {
    const { SecretGridDashBot: gone, ...rest } = lastRelease('rekey-main').Resources;
    const after = { Resources: { ...rest, SecretGridBot: gone as NonNullable<typeof gone> } };
    expect(findLosses(lastRelease('rekey-main'), after)).toEqual([
      'AWS::SecretsManager::Secret SecretGridDashBot is gone',
    ]);
  });

  it('names a secret whose new name would replace it', () => {
    const losses = changed((secret) => {
      secret.Properties = { Name: 'rekey/main/other' };
    });
    expect(losses).toEqual(['AWS::SecretsManager::Secret SecretGridDashBot is replaced: Name']);
  });

  it('names a secret that would no longer be kept', () => {
    const losses = changed((secret) => {
      secret.DeletionPolicy = 'Delete';
    });
    expect(losses).toEqual(['AWS::SecretsManager::Secret SecretGridDashBot is no longer kept']);
  });

  it('lets a secret be described otherwise', () => {
    const losses = changed((secret) => {
      secret.Properties = { ...(secret.Properties as object), Description: 'other' };
    });
    expect(losses).toEqual([]);
  });
});

describe('a comparison of templates', () => {
  it('does not look at metadata', () => {
    const before = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Metadata: { path: 'a' } } } };
    const after = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Metadata: { path: 'b' } } } };
    expect(compareTemplates(before, after)).toEqual({ added: [], removed: [], changed: [] });
  });
});
