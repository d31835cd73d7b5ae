/** The management port was asked about something that this simulator does not have. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}
