/** User settings in tests. Each write takes VS Code a while, so nothing is written that is already there. */
import { suite, type Suite } from 'mocha';
import * as vscode from 'vscode';

/** Values by the full name of the setting; `language:name` for one language. */
export type Settings = Readonly<Record<string, unknown>>;

/** What every test starts with: views don't ask for anything by themselves, so that tests can count requests. */
const BASE: Settings = { 'foundries.refresh.intervalSeconds': 0 };

/** Each test file is a bundle of its own: only what is global is shared with the root hook. */
const changed = ((globalThis as { foundriesSettings?: Set<string> }).foundriesSettings ??= new Set());

/** Writes a user setting; the next test starts without it. Undefined removes it. */
export async function setSetting(name: string, value: unknown): Promise<void> {
  const { settings, key, inspected, language } = find(name);
  changed.add(name);
  const current = language === undefined ? inspected?.globalValue : inspected?.globalLanguageValue;
  if (JSON.stringify(current) !== JSON.stringify(value)) {
    await settings.update(key, value, vscode.ConfigurationTarget.Global, language !== undefined);
  }
}

/** A suite whose tests all start with these settings. */
export function suiteWithSettings(title: string, settings: Settings, body: () => void): Suite {
  return Object.assign(suite(title, body), { foundriesSettings: settings });
}

/** Writes the settings that a test of a suite starts with; all others go back to their defaults. */
export async function resetSettings(suite: Suite | undefined, own: readonly string[]): Promise<void> {
  const wanted = { ...BASE, ...declared(suite) };
  for (const name of new Set([...own, ...changed, ...Object.keys(wanted)])) {
    await setSetting(name, wanted[name]);
  }
}

function declared(suite: Suite | undefined): Settings {
  return suite === undefined
    ? {}
    : { ...declared(suite.parent), ...(suite as { foundriesSettings?: Settings }).foundriesSettings };
}

function find(name: string) {
  const [, language, section = '', key = ''] = /^(?:([\w-]+):)?(.+?)\.([^.]+)$/.exec(name) ?? [];
  const settings = vscode.workspace.getConfiguration(
    section,
    language === undefined ? undefined : { languageId: language },
  );
  return { settings, key, language, inspected: settings.inspect(key) };
}
