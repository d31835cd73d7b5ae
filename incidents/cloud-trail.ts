import type { Random } from './random.ts';
import { MINUTE_MS } from './setting.ts';

/**
 * How CloudTrail's records reach the default bus. AWS promises nothing: about five minutes on average for log files,
 * no figure for EventBridge, delivery as best it can. The shape, the losses and the repeats are ours.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html (2026-11)
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-delivery-level.html (2026-11)
 */
const MEDIAN_MS = 4.2 * MINUTE_MS;
const SPREAD = 0.6; // with the median above a mean of 5 minutes; one in a hundred takes more than 17
const LOST = 1 / 500;
const REPEATED = 1 / 200;

/** Delays after which the record of one call arrives: none if it is lost, two if it is delivered twice. */
export function arrivalsOf(random: Random): number[] {
  if (random.chance(LOST)) return [];
  const first = delay(random);
  return random.chance(REPEATED) ? [first, first + delay(random)] : [first];
}

function delay(random: Random): number {
  return Math.round(MEDIAN_MS * Math.exp(SPREAD * random.normal()));
}
