/** What users do, from the click to the words about it. A new flow is an entry in one of these files, or a file more. */
import { CI_FLOWS } from './ci';
import { DEVICE_FLOWS } from './devices';
import { FILE_FLOWS } from './files';
import type { Flow } from './flow';

export const FLOWS: readonly Flow[] = [...FILE_FLOWS, ...DEVICE_FLOWS, ...CI_FLOWS];
