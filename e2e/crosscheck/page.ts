import type { Rule } from './rule.ts';

/** A rule with what each implementation did. */
export interface Played {
  readonly rule: Rule;
  readonly strict: string;
  readonly moto: string;
}

const BEGIN = '<!-- moto-table: written by npm run e2e -- --write -->';
const END = '<!-- /moto-table -->';
const REFERENCE = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/';

/** The page with the table of this run between its marks. @throws Error if the page has no marks */
export function insertTable(page: string, played: readonly Played[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('the page has no place for the table');
  return `${page.slice(0, begin)}${BEGIN}\n\n${tableOf(played)}\n\n${page.slice(end)}`;
}

function tableOf(played: readonly Played[]): string {
  const rows = played.map(({ rule, strict, moto }) => {
    const page = `[${rule.page.replace(/^API_|\.html$/g, '')}](${REFERENCE}${rule.page})`;
    return `| ${rule.name} | ${strict} | ${moto === strict ? 'the same' : `**${moto}**`} | ${page} |`;
  });
  return ['| rule | strict | moto | decided by |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
