import { describe, expect, it } from 'vitest';
import { ConsolePages } from '../../cli/console-pages.ts';

describe('pages of the AWS console', () => {
  const pages = new ConsolePages({ region: 'eu-west-1' });
  const host = 'https://eu-west-1.console.aws.amazon.com';

  it('lead to a secret, and to the secrets of an account', () => {
    expect(pages.secret('main', 'grid-bot')).toBe(
      `${host}/secretsmanager/secret?name=rekey%2Fmain%2Fgrid-bot&region=eu-west-1`,
    );
    expect(pages.secrets('main')).toBe(
      `${host}/secretsmanager/listsecrets?search=name%3Drekey%2Fmain%2F&region=eu-west-1`,
    );
  });

  it('lead to where the operate function takes an event, and to the rules', () => {
    expect(pages.operate('main')).toBe(
      `${host}/lambda/home?region=eu-west-1#/functions/rekey-main-operate?tab=testing`,
    );
    expect(pages.rules()).toBe(`${host}/events/home?region=eu-west-1#/rules`);
  });

  it('leave the Region open if none is known', () => {
    const open = new ConsolePages({});
    expect(open.secret('main', 'a')).toBe(
      'https://console.aws.amazon.com/secretsmanager/secret?name=rekey%2Fmain%2Fa',
    );
    expect(open.rules()).toBe('https://console.aws.amazon.com/events/home#/rules');
  });

  it.each([
    { region: 'cn-north-1', start: 'https://cn-north-1.console.amazonaws.cn/' },
    { region: 'us-gov-west-1', start: 'https://us-gov-west-1.console.amazonaws-us-gov.com/' },
  ])('are elsewhere in $region', ({ region, start }) => {
    expect(new ConsolePages({ region }).rules().startsWith(start)).toBe(true);
  });
});
