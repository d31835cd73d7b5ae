import type { Verb } from './verb.ts';
import { audit } from './verbs/audit.ts';
import { drill } from './verbs/drill.ts';
import { managerPut } from './verbs/manager-put.ts';
import { resume } from './verbs/resume.ts';
import { rotate } from './verbs/rotate.ts';
import { status } from './verbs/status.ts';
import { stop } from './verbs/stop.ts';

/** Everything that the CLI can do, in the order in which an operator meets it. */
export const VERBS: readonly Verb[] = [managerPut, status, rotate, stop, resume, drill, audit];
