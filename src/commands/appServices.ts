import type { AppChanges } from '../configfs/appChanges';
import type { SettingsEdits } from '../configfs/settingsEdits';
import type { FileServices } from './fileServices';
import type { Services } from './services';

/** What the commands on apps and tags are built from. */
export interface AppServices {
  readonly services: Services;
  readonly files: FileServices;
  readonly settings: SettingsEdits;
  readonly changes: AppChanges;
}
