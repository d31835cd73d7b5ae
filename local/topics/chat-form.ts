import { z } from 'zod';

/** @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html (2026-11) */
const customNotification = z.object({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string().optional(),
  content: z.object({
    textType: z.literal('client-markdown').optional(),
    title: z.string().optional(),
    description: z.string().min(1),
    nextSteps: z.array(z.string()).optional(),
    keywords: z.array(z.string()).optional(),
  }),
  metadata: z
    .object({
      threadId: z.string().optional(),
      summary: z.string().optional(),
      eventType: z.string().optional(),
    })
    .optional(),
});

/**
 * Amazon Q Developer in chat applications shows messages of this form and drops others without a word; here they are
 * an error. Events of AWS services, which it shows as well, are not known here.
 * @throws ZodError; SyntaxError for what is no JSON
 */
export function requireChatForm(message: string): void {
  customNotification.parse(JSON.parse(message));
}
