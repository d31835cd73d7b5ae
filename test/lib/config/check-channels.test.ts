import { describe, expect, test } from 'vitest';
import { readFleet } from '../../../lib/config/fleet.ts';
import { CHANNELS, configOf } from '../fixture.ts';
import { ONCE, type Refusal, refusalOf } from './refusal.ts';

const MAIL = 'keys@example.com';
const TYPES = "a channel of type 'email', 'slack', 'teams', 'pagerduty' or 'https'";
const SECRET =
  "the name of a secret in Secrets Manager that is not Rekey's own: letters, digits and /_+=.@-, not beginning with rekey/";
const ADDRESS =
  'an https address without a password in it, or for tests http://127.0.0.1:<port> or http://localhost:<port>';

/** A configuration with these channels; of no type, as one may be what an editor would underline. */
function withChannels(...channels: object[]): unknown {
  return { ...configOf(), alerts: { emails: [MAIL], channels } };
}

const slack = { type: 'slack', workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' };
const teams = CHANNELS.find(({ type }) => type === 'teams') ?? {};
const https = { type: 'https', url: 'https://hooks.example.com/x', secret: 'hooks/x' };

const REFUSALS: Refusal[] = [
  [
    'a type that does not exist',
    withChannels({ type: 'pager' }),
    `alerts.channels[0].type: got 'pager', allowed: ${TYPES}`,
  ],
  [
    'another severity',
    withChannels({ ...slack, from: 'info' }),
    "alerts.channels[0].from: got 'info', allowed: 'warning' or 'critical'",
  ],
  [
    'a field of another type of channel',
    withChannels({ ...slack, url: 'https://x.example' }),
    'alerts.channels[0].url: got a field that does not exist, allowed: the fields in docs/configuration.md',
  ],
  [
    'a mail without an address',
    withChannels({ type: 'email', to: [] }),
    'alerts.channels[0].to: got [], allowed: at least one e-mail address',
  ],
  [
    "a workspace's name for its id",
    withChannels({ ...slack, workspaceId: 'our-desk' }),
    "alerts.channels[0].workspaceId: got 'our-desk', allowed: the id of a Slack workspace, for example 'T0123ABCD'",
  ],
  [
    "a channel's name for its id",
    withChannels({ ...slack, channelId: '#alerts' }),
    "alerts.channels[0].channelId: got '#alerts', allowed: the id of a Slack channel, for example 'C0123ABCD'",
  ],
  [
    'a Teams channel that is not as its link has it',
    withChannels({ ...teams, channelId: '19:ABC@thread.tacv2' }),
    "alerts.channels[0].channelId: got '19:ABC@thread.tacv2', allowed: the id of a Teams channel as its link has it, for example '19%3aABCD%40thread.tacv2'",
  ],
  [
    'a tenant that is no id',
    withChannels({ ...teams, tenantId: 'contoso' }),
    "alerts.channels[0].tenantId: got 'contoso', allowed: the id of a tenant, for example '2f1c7a3e-8d40-4b52-9c3e-5a6b7c8d9e0f'",
  ],
  [
    'a channel without encryption',
    withChannels({ ...https, url: 'http://hooks.example.com' }),
    `alerts.channels[0].url: got 'http://hooks.example.com', allowed: ${ADDRESS}`,
  ],
  [
    'a password in an address, which the template would show',
    withChannels({ ...https, url: 'https://me:pass@hooks.example.com' }),
    `alerts.channels[0].url: got 'https://me:pass@hooks.example.com', allowed: ${ADDRESS}`,
  ],
  [
    'a secret of Rekey itself, which would hand a key to a stranger',
    withChannels({ ...https, secret: 'rekey/main/grid-bot' }),
    `alerts.channels[0].secret: got 'rekey/main/grid-bot', allowed: ${SECRET}`,
  ],
  [
    'a reference in place of a name',
    withChannels({ ...https, secret: '{{resolve:secretsmanager:x}}' }),
    `alerts.channels[0].secret: got '{{resolve:secretsmanager:x}}', allowed: ${SECRET}`,
  ],
  [
    'a header that is none',
    withChannels({ ...https, header: 'X Token' }),
    "alerts.channels[0].header: got 'X Token', allowed: the name of a header",
  ],
  [
    'somebody who is mailed already',
    withChannels({ type: 'email', to: ['new@example.com', MAIL], from: 'critical' }),
    `alerts.channels[0].to[1]: got '${MAIL}', allowed: ${ONCE}`,
  ],
  [
    'the same chat twice',
    withChannels(slack, { ...slack, from: 'critical' }),
    `alerts.channels[1].channelId: got 'C0123ABCD', allowed: ${ONCE}`,
  ],
  [
    'the same endpoint twice',
    withChannels(https, { ...https, from: 'critical' }),
    `alerts.channels[1].url: got '${https.url}', allowed: ${ONCE}`,
  ],
];

describe('a channel', () => {
  test.each(REFUSALS)('is refused for %s', (_, config, sentence) => {
    expect(refusalOf(config)).toBe(sentence);
  });

  test.each(CHANNELS.map((channel) => [channel.type, channel] as const))(
    'of %s is accepted',
    (_, channel) => {
      expect(refusalOf(withChannels(channel))).toBe('accepted');
    },
  );

  test('may be on this machine, for the local cloud', () => {
    expect(refusalOf(withChannels({ ...https, url: 'http://127.0.0.1:8080/hook' }))).toBe('accepted');
  });
});

describe('the reduced form', () => {
  test('has people by the severity that they want, and every other channel with its defaults', () => {
    const mail = [
      { type: 'email', to: ['b@example.com'] },
      { type: 'email', to: ['z@example.com', 'a@example.com'], from: 'critical' },
    ];
    const fleet = readFleet(withChannels(...mail, slack, https));
    expect(fleet.emails).toEqual(['b@example.com', MAIL]);
    expect(fleet.criticalEmails).toEqual(['a@example.com', 'z@example.com']);
    expect(fleet.channels).toEqual([
      { ...slack, from: 'warning' },
      { ...https, from: 'warning', header: 'Authorization' },
    ]);
  });
});
