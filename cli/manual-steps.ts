import { secretName, secretPrefix } from '../lambda/contract.ts';
import { EXCHANGES } from '../lambda/exchanges/catalog.ts';
import type { ExchangeTraits } from '../lambda/exchanges/traits.ts';
import type { OperateRequest } from '../lambda/operate-protocol.ts';
import type { Place } from './cloud.ts';
import { ConsolePages } from './console-pages.ts';
import { printable } from './printable.ts';
import type { StopTarget } from './stop-target.ts';

/** What a person has to do who does it without the operate function. */
export interface ByHand {
  readonly target: StopTarget;
  /** Names of the keys that may still live; empty if they are not known. */
  readonly keys: readonly string[];
  readonly place: Place;
  readonly actor: string;
  /** Whether the function answers, and cannot do more. */
  readonly isAnswering: boolean;
}

/** The steps for exactly these keys of one account, in order. docs/runbook.md has the same in general. */
export function manualSteps(byHand: ByHand): string[] {
  const isLocal = byHand.place.localUrl !== undefined;
  return [
    `By hand: ${nameOf(byHand.target)}`,
    ...wayIn(byHand),
    ...deletion(byHand),
    ...freezing(byHand),
    ...rotationOff(byHand),
    ...(isLocal ? [] : ruleOff(byHand)),
    ...handingBack(byHand),
    'More: docs/runbook.md, "Stop everything by hand"',
  ].map(printable);
}

/** The function may be well, and only this machine's way to it closed. */
function wayIn({ target: { account, key }, place, actor, isAnswering }: ByHand): string[] {
  if (isAnswering) return ['Rekey goes on trying, every five minutes. What cannot wait so long:'];
  if (place.localUrl !== undefined) return [];
  const keys = key && { keys: [key.name] };
  const order = { act: 'stop', ...keys, reason: 'Asked', actor } satisfies OperateRequest;
  return [
    'First try the function from the console, with this event, until notBegun is empty and every "left" is 0:',
    `   ${new ConsolePages(place).operate(account.name)}`,
    `   ${JSON.stringify(order)}`,
    'If it does not answer there either:',
  ];
}

function deletion(byHand: ByHand): string[] {
  const { account, key } = byHand.target;
  const owners = ownersOf(byHand);
  const which = key ? `the key of ${nameOf(byHand.target)}` : 'every key whose name starts with rk';
  const pages = pagesOf(account.exchange, ({ keys, subAccounts }) => [keys, `sub-accounts: ${subAccounts}`]);
  return [
    `1. At the exchange${owners === '' ? '' : `, in sub-account ${owners},`} delete ${which}.`,
    ...pages,
    ...(key ? whichKey(byHand, key.name) : []),
  ];
}

/** The name at the exchange tells our keys from others, not one of ours from another. */
function whichKey({ target: { account }, place }: ByHand, key: string): string[] {
  const query = '--query SecretString --output text | jq -r .apiKey';
  return [
    '   Which one: this tells its key ID, and is told as an undeclared read. Or delete all that start with rk.',
    `   aws secretsmanager get-secret-value --secret-id ${secretName(account.name, key)}${flags(place)} ${query}`,
  ];
}

function freezing(byHand: ByHand): string[] {
  const pages = pagesOf(byHand.target.account.exchange, ({ subAccounts }) => [subAccounts]);
  const owners = ownersOf(byHand);
  const what = owners === '' ? 'the sub-accounts of these keys' : `sub-account ${owners}`;
  return [`2. Freeze ${what}, unless something else is to go on there.`, ...pages];
}

function rotationOff({ target: { account }, keys, place }: ByHand): string[] {
  const pages = new ConsolePages(place);
  const command = (key: string) =>
    `   aws secretsmanager cancel-rotate-secret --secret-id ${secretName(account.name, key)}${flags(place)}`;
  const isLocal = place.localUrl !== undefined;
  const known = keys.flatMap((key) => [
    ...(isLocal ? [] : [`   ${pages.secret(account.name, key)}`]),
    command(key),
  ]);
  const unknown = [`   ${pages.secrets(account.name)}`, command('<key>')];
  return [
    '3. Turn rotation off, so that nothing issues a new key: tab Rotation, Edit rotation; or the command.',
    ...(keys.length > 0 ? known : [`   Of every secret ${secretPrefix(account.name)}...`, ...unknown]),
    '   Then look at the keys once more: a rotation that was under way may have made one.',
  ];
}

function ruleOff({ target: { account }, place }: ByHand): string[] {
  return [
    '   Where the configuration answers an undeclared read with a rotation: disable, on the bus rekey-audit, the rule',
    `   whose name starts with rekey-${account.name}-TriggersUndeclaredRead.`,
    `   ${new ConsolePages(place).rules()}`,
  ];
}

function handingBack({ target, keys }: ByHand): string[] {
  const key = target.key?.name ?? keys[0] ?? '<key>';
  return [
    '4. When Rekey can do it again, enable what you have disabled, and order the same until nothing is left:',
    `   npm run rekey -- stop ${nameOf(target)}`,
    '   It finds the keys gone and settles what is owed. Then, key by key, when it is safe:',
    `   npm run rekey -- resume ${target.account.name}/${key}`,
  ];
}

function nameOf({ account, key }: StopTarget): string {
  return key ? `${account.name}/${key.name}` : account.name;
}

/** The sub-accounts of the keys, as far as the configuration tells them. */
function ownersOf({ target: { account }, keys }: ByHand): string {
  const owners = account.keys.filter(({ name }) => keys.includes(name)).map(({ subAccount }) => subAccount);
  return [...new Set(owners)].filter((owner) => owner !== undefined).join(', ');
}

/** Where the exchange is not known, the pages of all. */
function pagesOf(
  exchange: string | undefined,
  linesOf: (website: ExchangeTraits['website']) => string[],
): string[] {
  const known = EXCHANGES[exchange ?? ''];
  if (known) return linesOf(known.website).map((line) => `   ${line}`);
  return Object.values(EXCHANGES).flatMap(({ title, website }) =>
    linesOf(website).map((line) => `   ${title}: ${line}`),
  );
}

function flags({ region, localUrl }: Place): string {
  const endpoint = localUrl === undefined ? '' : ` --endpoint-url ${localUrl}`;
  return `${endpoint}${region === undefined ? '' : ` --region ${region}`}`;
}
