import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { SHARED_OPTIONS } from '../../cli/command-line.ts';
import { ConsolePages } from '../../cli/console-pages.ts';
import { manualSteps } from '../../cli/manual-steps.ts';
import { VERBS } from '../../cli/verbs.ts';
import { EXCHANGES } from '../../lambda/exchanges/catalog.ts';

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

describe('"Stop everything by hand" in docs/runbook.md', async () => {
  const runbook = await readFile('docs/runbook.md', 'utf8');
  const [, rest = ''] = runbook.split('## Stop everything by hand\n');
  const section = rest.slice(0, rest.search(/^## /m));

  it.each(Object.values(EXCHANGES))('has the pages of $title', ({ website }) => {
    expect(section).toContain(website.keys);
    expect(section).toContain(website.subAccounts);
  });

  it('has every page of the AWS console that the command line prints', () => {
    const pages = new ConsolePages({ region: '<region>' });
    for (const page of [pages.operate('main'), pages.secret('main', 'grid-bot'), pages.rules()]) {
      expect(section).toContain(page);
    }
  });

  it('has the commands that the command line prints, and the steps in the same order', () => {
    const key = { name: 'grid-bot' };
    const target = { account: { name: 'main', exchange: 'bitget', keys: [key] }, key };
    const printed = manualSteps({
      ...{ target, keys: ['grid-bot'], place: {} },
      ...{ actor: 'ada', isAnswering: false },
    });
    const commands = printed.map((line) => line.trim()).filter((line) => line.startsWith('aws '));
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(section).toContain(command);
    const beginnings = (lines: readonly string[]) =>
      lines.flatMap((line) => line.match(/^(\d)\. \W*(\w+)/)?.slice(1, 3) ?? []);
    expect(beginnings(section.split('\n'))).toEqual(['1', 'Delete', '2', 'Freeze', '3', 'Turn', '4', 'Hand']);
    expect(beginnings(printed)).toEqual(['1', 'At', '2', 'Freeze', '3', 'Turn', '4', 'When']);
  });
});
