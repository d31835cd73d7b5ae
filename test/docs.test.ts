import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_DIMENSION, METRIC_NAMESPACE, METRICS } from '../lambda/contract.ts';
import { AUDIT_EVENTS, type AuditEventName, SEVERITIES } from '../lambda/core/audit-event.ts';
import type { RekeyError } from '../lambda/core/errors.ts';
import { binanceError } from '../lambda/exchanges/binance/errors.ts';
import { bitgetError } from '../lambda/exchanges/bitget/errors.ts';
import { EXCHANGES } from '../lambda/exchanges/catalog.ts';
import { unseenOn } from '../lambda/exchanges/unseen.ts';
import { KEY_STATES } from '../lambda/operate-protocol.ts';
import { buildApp, loadConfig } from '../lib/index.ts';
import { anchors, documents, relativeLinks, sections } from './markdown.ts';

const read = (path: string) => readFileSync(path, 'utf8');

describe('docs/runbook.md', async () => {
  const articles = sections(read('docs/runbook.md'), 2);
  const alarms = alarmsOf(buildApp(await loadConfig('rekey.config.ts')));

  it.each(alarms)('has an article for $name that says how urgent it is and what to do', (alarm) => {
    const article = articles.find(({ title }) => title === alarm.title)?.text ?? '';
    expect(sections(article, 3).map(({ title }) => title)).toEqual([
      'Description',
      'Investigation',
      'Resolution',
      'When not to',
    ]);
    expect(sections(article, 3).filter(({ text }) => text.trim() === '')).toEqual([]);
    expect(article).toContain(`**Severity: ${alarm.severity}**`);
  });

  it.each(alarms)('is where the text of $name leads', ({ runbook }) => {
    const [path = '', anchor = ''] = runbook.split('#');
    expect(anchors(path)).toContain(anchor);
  });

  it('explains every reason of the functions, and none that does not exist', () => {
    const table = articles.find(({ title }) => title === 'Reasons')?.text ?? '';
    const cells = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) \| \S/gm)].map(([, cell = '']) => cell);
    const explained = cells.flatMap((cell) => cell.replaceAll('`', '').split(', '));
    expect(explained.toSorted()).toEqual([...new Set(explained)].sort());
    expect(explained.toSorted()).toEqual(reasonsInSource());
  });
});

describe('docs/audit-trail.md', () => {
  const page = sections(read('docs/audit-trail.md'), 2);
  const told = page
    .filter(({ title }) => ['Acts', 'Failures', 'Findings'].includes(title))
    .flatMap(({ text }) => sections(text, 3));

  it('has a section for every audit event, and for none that does not exist', () => {
    expect(told.map(({ title }) => title).sort()).toEqual(Object.keys(AUDIT_EVENTS).sort());
  });

  it.each(told)('says how urgent $title is', ({ title, text }) => {
    expect(text.trim()).toMatch(
      new RegExp(`^Severity: ${SEVERITIES[title as AuditEventName] ?? 'info'}\\. \\S`),
    );
  });

  it('describes every field of an audit event', () => {
    const [, fields = ''] = read('lambda/core/audit-event.ts').split('export interface AuditEvent {');
    const names = [...fields.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
    const envelope = page.find(({ title }) => title === 'The envelope')?.text ?? '';
    const described = [...envelope.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, name = '']) => name);
    expect(described.sort()).toEqual(names.sort());
  });
});

const YES_OR_NO = new Map<unknown, string>([
  [true, 'yes'],
  [false, 'no'],
]);

type CodeReader = (code: string, call: { name: string; changes: boolean; status: number }) => RekeyError;

/** What each adapter makes of the exchange's codes; 400 is the status of most refusals. */
const CODE_READERS: Readonly<Record<string, CodeReader>> = { binance: binanceError, bitget: bitgetError };

describe.each(Object.keys(EXCHANGES))('docs/exchanges/%s.md', (exchange) => {
  const page = sections(read(`docs/exchanges/${exchange}.md`), 2);
  const table = page.find(({ title }) => title === 'Error codes')?.text ?? '';
  const rows = [...table.matchAll(/^\| ([-\d, ]+) \| `(\w+)`(?: for reads, `(\w+)`)?/gm)].flatMap(
    ([, codes = '', reason = '', ofChange]) => codes.split(', ').map((code) => ({ code, reason, ofChange })),
  );
  const reasonOf = (code: string, changes: boolean) =>
    CODE_READERS[exchange]?.(code, { name: 'a call', changes, status: 400 }).reason;

  it.each(rows)('says what Rekey makes of code $code', ({ code, reason }) => {
    expect(reasonOf(code, false)).toBe(reason);
  });

  it.each(rows)('says what Rekey makes of code $code in answer to a change', ({ code, reason, ofChange }) => {
    expect(reasonOf(code, true)).toBe(ofChange ?? reason);
  });

  const watched = page.find(({ title }) => title === 'What the watch sees')?.text ?? '';
  const { sees, canFreeze } = EXCHANGES[exchange] ?? {};

  it('says of everything that can be seen whether it is seen there, as the traits do', () => {
    const told = [...watched.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(([, what, seen]) => [what, seen]);
    const { leavesOut: _told, ...seen } = sees ?? { leavesOut: [] };
    const facts = Object.entries(seen).map(([what, is]) => [what, YES_OR_NO.get(is) ?? is]);
    expect(told).not.toEqual([]);
    expect(told).toEqual(facts);
    expect(watched).toContain(canFreeze ? '**It can freeze**' : '**It cannot freeze**');
  });

  it('lists what nobody watches there in the words of the status', () => {
    const listed = [...watched.matchAll(/^- \*([^*]+)\*/gm)].map(([, words = '']) =>
      words.replaceAll(/\s+/g, ' '),
    );
    const watch = { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' } as const;
    expect(sees && unseenOn({ keys: [], watch }, sees)).toEqual(listed);
  });

  it('names the call behind everything that is seen, and no call that is not made', () => {
    const named = [...watched.matchAll(/`GET (\/[^`\s]+)`/g)].map(([, path = '']) => path);
    const folder = `lambda/exchanges/${exchange}`;
    const source = ['activity.ts', 'adapter.ts'].map((file) => read(`${folder}/${file}`)).join('');
    const asks = [...read(`${folder}/activity.ts`).matchAll(/'(\/[a-z]\w*\/v\d\/[^']+)'/g)].map(
      ([, path]) => path,
    );
    expect(named).toEqual(expect.arrayContaining(asks));
    expect(named.filter((path) => !source.includes(`'${path}'`))).toEqual([]);
  });

  it('lists every code that the adapter knows', () => {
    const known = read(`lambda/exchanges/${exchange}/errors.ts`).matchAll(/'(-?\d{3,5})'/g);
    const codes = [...known].map(([, code = '']) => code);
    expect(codes).not.toEqual([]);
    expect(rows.map(({ code }) => code).sort()).toEqual([...new Set(codes)].sort());
  });
});

describe('docs/configuration.md', () => {
  const page = read('docs/configuration.md');
  const permissions = Object.entries(EXCHANGES).flatMap(([exchange, { products }]) =>
    (['read', 'trade'] as const).map((permission) => ({ exchange, permission, ...products[permission] })),
  );

  it.each(permissions)('lists the products of $exchange for $permission', (wanted) => {
    const row = new RegExp(`^\\| ${wanted.exchange} +\\| \`'${wanted.permission}'\` +\\| ([^|]+)\\|`, 'im');
    const [, cell = ''] = page.match(row) ?? [];
    expect(cell).not.toBe('');
    expect([...cell.matchAll(/`(\w+)`/g)].map(([, product]) => product)).toEqual(wanted.allowed);
  });
});

describe('ARCHITECTURE.md', () => {
  const quoted = [...read('ARCHITECTURE.md').matchAll(/\]\((test\/[^)]+)\)\s"([^"]+)"/g)].map(
    ([, path = '', name = '']) => ({ path, name }),
  );

  it.each(quoted)('quotes a test that exists: "$name"', ({ path, name }) => {
    expect(read(path)).toContain(name);
  });

  it('links each of the seven promises to tests', () => {
    const promises = sections(read('ARCHITECTURE.md'), 2).find(({ title }) => title === 'The seven promises');
    const rows = [...(promises?.text ?? '').matchAll(/^\| (\d) \| .*\| ([^|]+) \|$/gm)];
    expect(rows.map(([, number]) => number).join('')).toBe('1234567');
    expect(rows.filter(([, , tests = '']) => !tests.includes('.test.ts)'))).toEqual([]);
  });
});

describe('the documents', () => {
  it.each(Object.keys(EXCHANGES))('have a page about %s', (exchange) => {
    expect(read(`docs/exchanges/${exchange}.md`)).toContain('## What it cannot do');
  });

  it('list every decision', () => {
    const files = readdirSync('docs/decisions').filter((name) => /^\d{4}-/.test(name));
    const listed = relativeLinks(read('docs/decisions/README.md'));
    expect(listed.sort()).toEqual(files.sort());
  });

  it.each(documents())('%s has no link that leads nowhere', (path) => {
    const broken = relativeLinks(read(path)).filter((link) => !leadsSomewhere(path, link));
    expect(broken).toEqual([]);
  });

  it.each(documents())('%s names no script that package.json does not have', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(path).matchAll(/npm run (?:--\w+ )?(\w+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

interface DeployedAlarm {
  readonly name: string;
  /** The name without the account's part: the heading of the article. */
  readonly title: string;
  readonly severity: string;
  /** Where the alarm's text sends people. */
  readonly runbook: string;
}

/** The alarms as they are deployed, from the synthesised templates. */
function alarmsOf(app: ReturnType<typeof buildApp>): DeployedAlarm[] {
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return stacks.flatMap((stack) => {
    const template = Template.fromStack(stack);
    const found = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].map((type) =>
      Object.values(template.findResources(type)),
    );
    return found.flat().map(({ Properties }) => {
      const name: string = Properties.AlarmName;
      const description = JSON.stringify(Properties.AlarmDescription);
      return {
        name,
        title: name.split('-').at(-1) ?? '',
        severity: description.match(/Severity: (\w+)/)?.[1] ?? '',
        runbook: description.match(/Runbook: ([\w./#-]+)/)?.[1] ?? '',
      };
    });
  });
}

/** Words in the source that are written like a reason and are none. */
const NO_REASONS = new Set([
  ...Object.keys(AUDIT_EVENTS),
  ...Object.values(METRICS),
  ...KEY_STATES.filter((state) => state !== 'Stopped'), // which is the reason of a revocation too
  METRIC_NAMESPACE,
  ACCOUNT_DIMENSION,
  ...['Missing', 'Pending', 'Accepted'], // states of the manager key
  ...['DeclaredReader', 'OwnFunction'], // verdicts that are told to nobody
  ...['Step', 'BatchGetSecretValue', 'AccessDenied', 'TimeoutError'], // others' words
  ...['NetworkFault'], // the name of an error that no adapter lets out
  ...['Message', 'Publish', 'ChannelTest'], // a detail-type, an operation of SNS, an event that only people send
  ...['Severity', 'Runbook'], // lines of an alarm's text
]);

/**
 * Every literal in the functions' source that is one CamelCase word. A new one is either a reason, and then
 * belongs into the runbook, or has to be named above.
 */
function reasonsInSource(): string[] {
  const files = readdirSync('lambda', { recursive: true, encoding: 'utf8' });
  const words = files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(join('lambda', name)).matchAll(/'((?:[A-Z][a-z]+)+)'/g)])
    .map(([, word = '']) => word);
  return [...new Set(words)].filter((word) => !NO_REASONS.has(word)).sort();
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : normalize(join(dirname(from), decodeURIComponent(path)));
  if (!existsSync(target)) return false;
  return anchor === undefined || anchors(target).has(anchor);
}
