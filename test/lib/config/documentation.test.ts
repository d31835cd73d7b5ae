import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readFleet } from '../../../lib/config/fleet.ts';
import { configSchema } from '../../../lib/config/schema.ts';

const PAGE = readFileSync('docs/configuration.md', 'utf8');

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Every field of a schema with the fields that it is in: `egress.vpcId`. Lists add nothing to the name. */
function fieldsOf(schema: JsonSchema, parent = ''): string[] {
  const here = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = parent ? `${parent}.${name}` : name;
    return [path, ...fieldsOf(field, path)];
  });
  const variants = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  return [...here, ...variants.flatMap((variant) => fieldsOf(variant, parent))];
}

/** The section that must describe a field, and what its row calls it. */
function placeOf(field: string): { section: string; row: string } {
  const [, part, row = ''] =
    /^(accounts\.keys\.|accounts\.|alerts\.channels\.|egress\.)?(.+)$/.exec(field) ?? [];
  if (part === 'accounts.keys.') return { section: 'A key', row };
  if (part === 'alerts.channels.') return { section: 'Channels', row: field };
  if (part === 'accounts.') return { section: 'An account', row: row.replace('alerts.emails', 'alerts') };
  return part ? { section: 'The way out', row: field } : { section: 'The whole', row };
}

/** What the tables of a section begin their rows with. */
function firstColumnOf(heading: string): (string | undefined)[] {
  const section = PAGE.split('\n## ').find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return section.split('\n').map((line) => line.split('|')[1]?.trim());
}

describe('docs/configuration.md', () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const fields = [...new Set(fieldsOf(schema))];

  test('is held against the whole schema', () => {
    const samples = [
      'accounts.keys.readers.cache',
      'accounts.keys.rotate.cron',
      'egress.vpcId',
      'retention.archive',
    ];

    expect(fields).toEqual(expect.arrayContaining(samples));
  });

  test.each(fields)('describes %s', (field) => {
    const { section, row } = placeOf(field);

    expect(firstColumnOf(section)).toContain(`\`${row}\``);
  });

  const examples = [...PAGE.matchAll(/export default defineConfig\((\{\n[\s\S]*?\n\})\);/g)].map(
    ([, literal = '']) => literal,
  );

  test('has an example to begin with and one to watch with', () => {
    expect(examples).toHaveLength(2);
  });

  test.each([0, 1])('shows in example %i a configuration that is accepted', (index) => {
    expect(readFleet(runInThisContext(`(${examples[index]})`)).accounts).not.toEqual([]);
  });
});
