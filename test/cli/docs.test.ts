import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { SHARED_OPTIONS } from '../../cli/command-line.ts';
import { VERBS } from '../../cli/verbs.ts';

const page = await readFile('docs/cli.md', 'utf8');

/** Second-level sections by title. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

describe('docs/cli.md', () => {
  it('has a section for every verb, and for no other', () => {
    const documented = [...sections.keys()].filter((title) => title.startsWith('`'));
    expect(documented).toEqual(VERBS.map(({ name, argument }) => `\`${name} ${argument}\``));
  });

  it.each(VERBS)('describes every option of $name in a row of its own', ({ name, argument, options }) => {
    const section = sections.get(`\`${name} ${argument}\``) ?? '';
    const rows = [...section.matchAll(/^\| `(--[^`]+)` \| \S/gm)].map(([, flags]) => flags);
    expect(rows).toEqual(options.map(({ flags }) => flags));
  });

  it('describes what every verb takes', () => {
    const rows = [...(sections.get('Every verb') ?? '').matchAll(/^\| `(--[^`]+)` \| \S/gm)].map(
      ([, flags]) => flags,
    );
    expect(rows).toEqual(SHARED_OPTIONS.map(({ flags }) => flags));
  });

  it('names the defaults', () => {
    for (const { default: value } of [...VERBS.flatMap(({ options }) => options), ...SHARED_OPTIONS]) {
      if (value !== undefined) expect(page).toContain(`\`${value}\``);
    }
  });
});
