import { z } from 'zod';
import { emails, text } from './schema-parts.ts';

/** A channel that is called over HTTPS proves who it is by this secret; ours are not for that. */
const SECRET =
  "the name of a secret in Secrets Manager that is not Rekey's own: letters, digits and /_+=.@-, not beginning with rekey/";
const secret = text(/^(?!rekey\/)[A-Za-z0-9/_+=.@-]{1,512}$/, SECRET);

const FROM = "'warning' or 'critical'";
/** Least severity. @default 'warning' */
const from = z.enum(['warning', 'critical'], FROM).default('warning');

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const uuid = (what: string) => text(UUID, `${what}, for example '2f1c7a3e-8d40-4b52-9c3e-5a6b7c8d9e0f'`);

const URL_FORM =
  'an https address without a password in it, or for tests http://127.0.0.1:<port> or http://localhost:<port>';

/**
 * One way to tell people, and from which severity on.
 * @see https://docs.aws.amazon.com/chatbot/latest/APIReference/API_SlackChannelConfiguration.html (2026-11)
 * @see https://docs.aws.amazon.com/chatbot/latest/APIReference/API_TeamsChannelConfiguration.html (2026-11)
 */
const channel = z.discriminatedUnion(
  'type',
  [
    /** Further people by mail. */
    z.strictObject({ type: z.literal('email'), to: emails, from }),
    z.strictObject({
      type: z.literal('slack'),
      /** As the console shows it once the workspace was authorised there. */
      workspaceId: text(/^[0-9A-Z]{1,255}$/, "the id of a Slack workspace, for example 'T0123ABCD'"),
      /** The end of the channel's link. */
      channelId: text(/^[A-Za-z0-9]{1,255}$/, "the id of a Slack channel, for example 'C0123ABCD'"),
      from,
    }),
    z.strictObject({
      type: z.literal('teams'),
      teamId: uuid('the id of a team'),
      tenantId: uuid('the id of a tenant'),
      /** As it stands in the channel's link, percent signs included. */
      channelId: text(
        /^[a-zA-Z0-9\-_=+/.,]*%3[aA][a-zA-Z0-9\-_=+/.,]*%40[a-zA-Z0-9\-_=+/.,]*$/,
        "the id of a Teams channel as its link has it, for example '19%3aABCD%40thread.tacv2'",
      ),
      from,
    }),
    /** An incident through PagerDuty's Events API v2; the secret is the integration key. */
    z.strictObject({ type: z.literal('pagerduty'), secret, from }),
    /** A POST with the message as JSON; the secret is the value of the header. */
    z.strictObject({
      type: z.literal('https'),
      url: text(
        /^(https:\/\/[^\s@#*<>"]+|http:\/\/(127\.0\.0\.1|localhost):\d{1,5}(\/[^\s@#*<>"]*)?)$/,
        URL_FORM,
      ).max(2048, URL_FORM),
      secret,
      /** @default 'Authorization' */
      header: text(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header').default('Authorization'),
      from,
    }),
  ],
  "a channel of type 'email', 'slack', 'teams', 'pagerduty' or 'https'",
);

/** Further ways to tell people. @default mail to `emails` only */
export const channels = z.array(channel, 'a list of channels').default([]);

/** One way to tell people, with its defaults filled in. */
export type Channel = z.output<typeof channel>;
