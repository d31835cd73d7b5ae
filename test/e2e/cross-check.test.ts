import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { insertTable } from '../../e2e/crosscheck/page.ts';
import { RULES } from '../../e2e/crosscheck/rules.ts';

const PAGE = readFileSync(new URL('../../docs/end-to-end.md', import.meta.url), 'utf8');
const MARKS = '<!-- moto-table: written by npm run e2e -- --write -->\n<!-- /moto-table -->\n';

describe('the table of the moto cross-check', () => {
  it('has a row for every rule, and what moto answers where it differs', () => {
    for (const { name, motoSays } of RULES) {
      const row = PAGE.split('\n').find((line) => line.startsWith(`| ${name} |`));
      expect(row, name).toContain(motoSays === undefined ? '| the same |' : `| **${motoSays}** |`);
    }
  });

  it('has no row for a rule that is not checked', () => {
    const rows = PAGE.slice(PAGE.indexOf('<!-- moto-table'), PAGE.indexOf('<!-- /moto-table')).match(
      /^\| /gm,
    );
    expect(rows).toHaveLength(RULES.length + 2);
  });

  it('is written anew without touching the rest of the page', () => {
    const [rule] = RULES;
    if (!rule) throw new Error('there are no rules');
    const once = insertTable(`before\n${MARKS}after\n`, [{ rule, strict: 'one', moto: 'two' }]);
    expect(once).toMatch(/^before\n/);
    expect(once).toMatch(/\nafter\n$/);
    expect(once).toContain('| one | **two** | [CreateSecret](https://docs.aws.amazon.com/');
    expect(insertTable(once, [{ rule, strict: 'one', moto: 'two' }])).toBe(once);
  });

  it('refuses a page without a place for it', () => {
    expect(() => insertTable('# Page', [])).toThrow('no place for the table');
  });
});
