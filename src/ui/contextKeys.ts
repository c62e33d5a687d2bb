import { commands } from 'vscode';

/** Context keys that package.json and the code share. */
export interface ContextKeys {
  /** `loading`, `storageFailed` (secret storage cannot be read), `signedOut`, `refused` (the service refused the token) or `signedIn`. */
  'foundries.state': string;
  /** The demo Factory is shown. */
  'foundries.demo': boolean;
  /** Secret storage has forgotten the accounts that there were. */
  'foundries.secretsLost': boolean;
  /** It is known where the web interface of the service is. */
  'foundries.hasWebUi': boolean;
  /** The Factory has no devices. */
  'foundries.noDevices': boolean;
  /** Devices are there, but none that the filter of the view leaves. */
  'foundries.noDevicesMatch': boolean;
  /** The Devices view shows only some devices. */
  'foundries.devicesFiltered': boolean;
  /** The Factory has no targets. */
  'foundries.noTargets': boolean;
  /** Targets are there, but none that the filter of the view leaves. */
  'foundries.noTargetsMatch': boolean;
  /** The Targets view shows only some targets. */
  'foundries.targetsFiltered': boolean;
  /** The Factory has no waves. */
  'foundries.noWaves': boolean;
  /** The Factory has no builds. */
  'foundries.noBuilds': boolean;
  /** The service has refused to change configurations of the Factory that is shown, for want of a scope. */
  'foundries.changesDenied': boolean;
  /** A merge of a configuration file is in front. */
  'foundries.merging': boolean;
  /** A configuration file was saved in this window: a step of the walkthrough. */
  'foundries.fileSaved': boolean;
  /** Apps were turned on or off in this window: a step of the walkthrough. */
  'foundries.appsChanged': boolean;
  /** A configuration file was copied and can be pasted. */
  'foundries.copied': boolean;
  /** A file for many devices was previewed and not sent yet. */
  'foundries.unsentPreview': boolean;
  /** How the last file for many devices was sent can be shown. */
  'foundries.devicesResult': boolean;
  /** Of the last file for many devices there are some that it can be tried on again. */
  'foundries.devicesLeft': boolean;
  /** A change of apps was made in this window that can be taken back. */
  'foundries.undoableAppChange': boolean;
  /** URIs of the files that are being compared with the server. */
  'foundries.compared': readonly string[];
  /** The comparison in front is that of an old version with the present. */
  'foundries.comparesVersion': boolean;
  /** URIs of the logs whose run goes on, as far as they are shown. */
  'foundries.runningLogs': readonly string[];
  /** URIs of the logs whose run can be canceled, as far as they are shown. */
  'foundries.cancelableLogs': readonly string[];
  /** Paths of the folders of Compose apps in the workspace, and of their files. */
  'foundries.appFolders': readonly string[];
}

const known = new Map<string, string>();

/** Sets a context key, if it is not so already. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  const text = JSON.stringify(value);
  if (known.get(key) !== text) {
    known.set(key, text);
    void commands.executeCommand('setContext', key, value);
  }
}
