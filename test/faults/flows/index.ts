/** What users do, from the click to the words about it. A new flow is an entry in one of these files, or a file more. */
import { CHANGE_FLOWS } from './changes';
import { CI_FLOWS } from './ci';
import { DEVICE_FLOWS } from './devices';
import { FILE_FLOWS } from './files';
import type { Flow } from './flow';
import { PAGE_FLOWS } from './pages';
import { SIGN_IN_FLOWS } from './signIn';

export const FLOWS: readonly Flow[] = [
  ...SIGN_IN_FLOWS,
  ...FILE_FLOWS,
  ...DEVICE_FLOWS,
  ...CI_FLOWS,
  ...CHANGE_FLOWS,
  ...PAGE_FLOWS,
];
