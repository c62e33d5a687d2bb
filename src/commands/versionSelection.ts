import { scopeKey, type ConfigEntry } from '../model/config';
import { entryKey, findEntry, type EntryKey } from '../model/configHistory';
import type { ConfigPlace } from './configPlace';

/** The version that was selected to be compared with another one of the same configuration. */
export class VersionSelection {
  private selected: { readonly configuration: string; readonly key: EntryKey } | undefined;

  /** @param entry undefined: none any more */
  select(place: ConfigPlace, entry: ConfigEntry | undefined): void {
    this.selected = entry && { configuration: configurationOf(place), key: entryKey(entry) };
  }

  /** @returns the selected entry, if it is one of these; their history may have been read anew */
  find(place: ConfigPlace, entries: readonly ConfigEntry[]): ConfigEntry | undefined {
    return this.selected?.configuration === configurationOf(place) ? findEntry(entries, this.selected.key) : undefined;
  }
}

const configurationOf = ({ host, scope }: ConfigPlace): string => `${host} ${scopeKey(scope)}`;
