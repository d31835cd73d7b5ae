import { apiDestinationTypes } from './api-destinations.ts';
import { chatbotTypes } from './chatbot.ts';
import { cloudTrailTypes } from './cloudtrail.ts';
import { cloudWatchTypes } from './cloudwatch.ts';
import { eventsTypes } from './events.ts';
import { iamTypes } from './iam.ts';
import { lambdaTypes } from './lambda.ts';
import { logsTypes } from './logs.ts';
import { messagingTypes } from './messaging.ts';
import { onPaperTypes } from './on-paper.ts';
import type { ResourceTypes } from './resource-type.ts';
import { secretsManagerTypes } from './secrets-manager.ts';

/** Every resource type that the local cloud knows. Whatever is not here makes a deployment fail. */
export const RESOURCE_TYPES: ResourceTypes = {
  ...apiDestinationTypes,
  ...chatbotTypes,
  ...cloudTrailTypes,
  ...cloudWatchTypes,
  ...eventsTypes,
  ...iamTypes,
  ...lambdaTypes,
  ...logsTypes,
  ...messagingTypes,
  ...onPaperTypes,
  ...secretsManagerTypes,
};
