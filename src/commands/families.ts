import * as vscode from 'vscode';
import type { ConfigDocuments } from '../configfs/documents';
import type { DeviceArrangements } from '../views/deviceArrangements';
import type { DevicesView } from '../views/devicesView';
import type { ConfigurationView } from '../views/configurationView';
import { scopeOfRow, uuidOfRow } from '../views/rows/configFileRows';
import type { AppCommands } from './composeApps';
import type { FileServices } from './fileServices';
import { registerOnDemand } from './onDemand';
import type { Services } from './services';
import { registerTarget } from './target/register';

/** What the families of commands are built from. */
export interface FamilyServices {
  readonly services: Services;
  readonly documents: ConfigDocuments;
  readonly files: FileServices;
  readonly arrangements: DeviceArrangements;
  readonly views: { readonly devices: DevicesView; readonly configuration: ConfigurationView };
}

/** Registers commands that keep nothing between two runs but what is here: activation does without their code. */
export function registerFamilies({
  services,
  documents,
  files,
  arrangements,
  views,
}: FamilyServices): vscode.Disposable {
  return vscode.Disposable.from(
    registerTarget(services),
    registerOnDemand(['foundries.openConfigFile', 'foundries.newConfigFile'], async () => {
      const [{ newConfigFile, openConfigFile }, { subjectIn }] = await Promise.all([
        import('./configFiles'),
        import('./explorerSubject'),
      ]);
      return {
        'foundries.openConfigFile': () => services.withFactory(openConfigFile),
        'foundries.newConfigFile': (argument?: unknown) =>
          services.withFactory((found) => {
            const row = subjectIn(found, argument);
            return row === 'refused' ? undefined : newConfigFile(found, documents, scopeOfRow(row), uuidOfRow(row));
          }),
      };
    }),
    registerOnDemand(
      [
        'foundries.refreshConfiguration',
        'foundries.deleteConfigFile',
        'foundries.renameConfigFile',
        'foundries.copyConfigFile',
        'foundries.pasteConfigFile',
        'foundries.copyConfigFileTo',
        'foundries.addWorkspaceFolder',
      ],
      async () => (await import('./places')).placesCommands(services, files, views),
    ),
    registerOnDemand(
      ['foundries.newSecret', 'foundries.replaceValue', 'foundries.makeSecret', 'foundries.makePlain'],
      async () => (await import('./secrets')).secretCommands(services),
    ),
    registerOnDemand(
      ['foundries.renameDevice', 'foundries.moveToGroup', 'foundries.changeOwner', 'foundries.deleteDevice'],
      async () => (await import('./device/manage')).manageCommands(services, views.devices),
    ),
    registerOnDemand(
      [
        'foundries.copyDeviceName',
        'foundries.copyDeviceUuid',
        'foundries.copyDeviceIp',
        'foundries.copySshCommand',
        'foundries.copyAsFioctl',
        'foundries.copyAsCurl',
        'foundries.copyOfDevice',
        'foundries.openInWebUi',
      ],
      async () => (await import('./device/copy')).copyCommands(services),
    ),
    registerOnDemand(
      ['foundries.newGroup', 'foundries.renameGroup', 'foundries.describeGroup', 'foundries.deleteGroup'],
      async () => (await import('./groups')).groupCommands(services, arrangements),
    ),
    registerOnDemand(
      ['foundries.runRemoteAction', 'foundries.enableWireguard', 'foundries.disableWireguard'],
      async () => (await import('./device/remote')).remoteCommands(services, views.devices),
    ),
    registerOnDemand(['foundries.editHandler'], async () => (await import('./handlers')).handlerCommands(services)),
    registerOnDemand(['foundries.findInConfiguration'], async () =>
      (await import('./findInConfiguration')).findInConfigurationCommands(services, views.devices),
    ),
    registerOnDemand(['foundries.findDevice'], async () =>
      (await import('./findDevice')).findDeviceCommands(services, views.devices, arrangements),
    ),
    registerOnDemand(
      ['foundries.filterDevices', 'foundries.clearDeviceFilter', 'foundries.sortDevices', 'foundries.groupDevices'],
      async () => (await import('./arrangeDevices')).arrangeDevicesCommands(services, arrangements),
    ),
  );
}

/** Registers what is asked about one Compose app. */
export function registerComposeApps(services: Services, views: AppCommands): vscode.Disposable {
  return registerOnDemand(
    ['foundries.enableOnDevice', 'foundries.devicesWithApp', 'foundries.showInTargets'],
    async () => (await import('./composeApps')).composeAppCommands(services, views),
  );
}
