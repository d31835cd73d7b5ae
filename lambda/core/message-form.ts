import type { Message } from './message.ts';

/**
 * SNS takes subjects of fewer than 100 ASCII characters without control characters.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (2026-11)
 */
const LONGEST_SUBJECT = 99;

/** Subject and text of a mail. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** A message as plain text, to be read on a telephone in the dark. */
export function mailOf(message: Message): Mail {
  return { subject: subjectOf(message.title), text: textOf(message) };
}

/** All parts of a message, one below the other. What is over takes two lines. */
export function textOf({ title, what, since, did, next, runbook, evidence, action }: Message): string {
  if (action === 'resolve') return [title, `${what} (${since})`].join('\n');
  return [
    title,
    '',
    what,
    `${since.charAt(0).toUpperCase()}${since.slice(1)}.`,
    '',
    `What Rekey did: ${did}`,
    '',
    'What to do next:',
    ...next.map((step) => `  ${step}`),
    `  ${runbook}`,
    ...(evidence.length === 0 ? [] : ['', 'What was seen:', ...evidence.map((line) => `  ${line}`)]),
  ].join('\n');
}

function subjectOf(title: string): string {
  const ascii = title.replaceAll('…', '..').replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= LONGEST_SUBJECT ? ascii : `${ascii.slice(0, LONGEST_SUBJECT - 3)}...`;
}

const ICONS = { critical: ':rotating_light:', warning: ':warning:', info: ':information_source:' } as const;

/**
 * A message in the form that Amazon Q Developer in chat applications shows; any other text it drops without a word.
 * Messages of one incident are one thread, if the channel's preferences allow it.
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html (2026-11)
 */
export function chatOf(message: Message): string {
  const { title, what, since, did, next, runbook, evidence, severity, account, key, about } = message;
  const isOver = message.action === 'resolve';
  const description = [
    `${what} ${since}.`,
    ...(isOver ? [] : [`*What Rekey did:* ${did}`]),
    ...(evidence.length === 0 ? [] : ['*What was seen:*', ...evidence.map((line) => `• ${line}`)]),
  ];
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: message.id,
    content: {
      textType: 'client-markdown',
      title: `${isOver ? ':white_check_mark:' : ICONS[severity]} ${escaped(title)}`,
      description: description.map(escaped).join('\n'),
      ...(isOver ? {} : { nextSteps: [...next.map((step) => `\`${escaped(step)}\``), runbook] }),
      keywords: [severity, account, ...(key === undefined ? [] : [key]), about].map(escaped),
    },
    metadata: { threadId: message.incident, summary: escaped(title), eventType: about },
  });
}

/** Slack takes these three for its own signs: links, mentions of everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
