import { duplicates, type Entry } from './duplicates.ts';
import type { Problem } from './problem.ts';
import type { FullConfig } from './schema.ts';
import type { Channel } from './schema-channels.ts';

/** Channels that are there twice: everybody would be told twice, and one of the two is a mistake. */
export function checkChannels({ alerts }: FullConfig): Problem[] {
  const paths = alerts.channels.map((channel, index) => ({
    channel,
    path: ['alerts', 'channels', index] as const,
  }));
  const others = paths.flatMap(({ channel, path }): Entry[] => {
    const { value, field } = placeOf(channel);
    return field === undefined ? [] : [{ value, path: [...path, field] }];
  });
  const mails = [
    ...[...new Set(alerts.emails)].map((value) => ({ value, path: ['alerts', 'emails'] })),
    ...paths.flatMap(({ channel, path }) =>
      channel.type === 'email'
        ? channel.to.map((value, index) => ({ value, path: [...path, 'to', index] }))
        : [],
    ),
  ];
  return [...duplicates(mails), ...duplicates(others)];
}

/** Where a channel leads, and the field that says so. Mail addresses are looked at one by one. */
function placeOf(channel: Channel): { value: string; field?: string } {
  switch (channel.type) {
    case 'email':
      return { value: '' };
    case 'slack':
      return { value: channel.channelId, field: 'channelId' };
    case 'teams':
      return { value: channel.channelId, field: 'channelId' };
    case 'pagerduty':
      return { value: channel.secret, field: 'secret' };
    case 'https':
      return { value: channel.url, field: 'url' };
  }
}
