import {
  CONFIG_LIMIT_BYTES,
  canSendBack,
  configSize,
  currentFile,
  newConfigFile,
  sameFile,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { isUnreadable } from '../model/secrecy';
import type { ConfigAddress } from './address';
import { changeOf, type FileChange } from './conflictFound';
import type { DocumentsHost } from './documentsHost';
import type { MeantHost } from './meantDevices';
import type { OperationsHost } from './operations';
import { SaveRefused } from './saveRefused';
import { decodeText } from './text';

/** A change of a file other than the text of its editor. What an edit does not name stays as it is. */
export type FileEdit =
  /** A value that cannot be read back; in place of another, or for a new file. */
  | { readonly kind: 'secret'; readonly value: Uint8Array; readonly onChanged?: readonly string[] | undefined }
  /** The value stays and can no longer be read back. */
  | { readonly kind: 'makeSecret' }
  /** A value that everybody with access to the Factory can read. */
  | { readonly kind: 'plain'; readonly value: string }
  /** undefined: no handler. */
  | { readonly kind: 'handler'; readonly onChanged: readonly string[] | undefined };

/** Whether to go on, now that the file is not what the user saw. */
export type Ask = (change: FileChange) => Promise<boolean>;

type EditsHost = Pick<DocumentsHost, 'configs' | 'knownUuid' | 'fetchKey' | 'check' | 'approve'> &
  Pick<OperationsHost, 'hasUnsentText'> &
  MeantHost;

/**
 * Changes of a file's secrecy, secret value and handler. Like a save they are a compare-and-swap: against what the user
 * saw of the file when they decided.
 */
export class FileEdits {
  private readonly host: EditsHost;

  constructor(host: EditsHost) {
    this.host = host;
  }

  /**
   * Sends the change: one GET and one PATCH of the configuration, and before them one GET of the device where a value is
   * encrypted for it. Nothing is sent where the file is already so.
   *
   * @param seen the file as the user saw it; undefined for a new one
   * @param ask told where the file is something else by now; the change goes out only if it says so
   * @param confirmed the user has agreed to how far it reaches
   * @returns whether something had to be sent
   * @throws {SaveRefused} where nothing was sent: `signedOut`, `unsent`, `notFound`, `notText`, `tooLarge`,
   *   `otherDevice`, `cancelled`, `keptSecret` (a handler goes along with a value), and what `check` and `approve` refuse
   * @throws {DeviceKeyError} where nothing was sent, because nothing can be encrypted for the device
   * @throws {FactoryError}
   */
  async apply(
    address: ConfigAddress,
    seen: ConfigFile | undefined,
    edit: FileEdit,
    ask: Ask,
    confirmed = false,
  ): Promise<boolean> {
    const configs = this.host.configs(address.host, address.scope);
    if (configs === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    this.refuseUnsent(address, edit);
    const isMeant = this.host.meant(address);
    if (edit.kind === 'plain') {
      await this.host.check(address, edit.value);
    }
    const summary = summaryOf(address.file, edit, seen);
    const reason = await this.host.approve(address, seen === undefined, summary, confirmed);
    let expected = seen;
    for (;;) {
      // Anew for each try: the user may have thought about a question for long.
      const seal = await this.sealFor(address, edit);
      let sent = true;
      try {
        await configs.update(address.scope, async (latest) => {
          await isMeant(latest);
          this.refuseUnsent(address, edit);
          const current = currentFile(latest, address.file);
          if (current === undefined && (edit.kind === 'makeSecret' || edit.kind === 'handler')) {
            throw new SaveRefused('notFound', address);
          }
          if (isOtherwise(edit, expected, current)) {
            throw new ChangeFound(current, changeOf(latest, expected !== undefined, current));
          }
          if (edit.kind === 'handler' && current !== undefined && !canSendBack(address.scope, [current])) {
            throw new SaveRefused('keptSecret', address);
          }
          const file = edited(edit, address.scope, current ?? seen ?? newConfigFile(address.file, ''), seal);
          if (current !== undefined && sameFile(current, file)) {
            sent = false;
            return undefined;
          }
          const size = configSize(latest[0], file);
          if (size > CONFIG_LIMIT_BYTES) {
            throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
          }
          return { reason, file };
        });
        return sent;
      } catch (error) {
        if (!(error instanceof ChangeFound)) {
          throw error;
        }
        if (!(await ask(error.change))) {
          throw new SaveRefused('cancelled', address);
        }
        expected = error.current;
      }
    }
  }

  /** Unsent text would be left in an editor that can no longer save it. */
  private refuseUnsent(address: ConfigAddress, { kind }: FileEdit): void {
    if (kind !== 'handler' && this.host.hasUnsentText(address)) {
      throw new SaveRefused('unsent', address);
    }
  }

  private async sealFor(address: ConfigAddress, { kind }: FileEdit): Promise<Seal> {
    const { host, scope } = address;
    if (scope.kind !== 'device' || (kind !== 'secret' && kind !== 'makeSecret')) {
      // The service itself encrypts values of groups and of the Factory (foundries-api.md §4.3).
      return (value) => decodeText(address, value);
    }
    const key = await this.host.fetchKey(host, scope);
    if (key === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    const known = this.host.knownUuid(host, scope);
    if (known !== undefined && known !== key.uuid) {
      throw new SaveRefused('otherDevice', address);
    }
    // A key that nothing can be encrypted with is found before the configuration is touched.
    const { encryptForDevice } = await import('../model/encryption');
    encryptForDevice(key.publicKey, new Uint8Array());
    return (value) => encryptForDevice(key.publicKey, value);
  }
}

/** Makes a secret value ready to be sent. */
type Seal = (value: Uint8Array) => string;

class ChangeFound extends Error {
  constructor(
    readonly current: ConfigFile | undefined,
    readonly change: FileChange,
  ) {
    super('changed');
  }
}

/** Whether the file is not what the edit was decided on, as far as the edit would undo or hide that. */
function isOtherwise(edit: FileEdit, seen: ConfigFile | undefined, current: ConfigFile | undefined): boolean {
  if (seen === undefined || current === undefined) {
    return seen !== current;
  }
  return edit.kind === 'handler'
    ? JSON.stringify(seen.onChanged ?? []) !== JSON.stringify(current.onChanged ?? [])
    : seen.value !== current.value || seen.unencrypted !== current.unencrypted;
}

/** @returns the file to send */
function edited(edit: FileEdit, scope: ConfigScope, file: ConfigFile, seal: Seal): ConfigFile {
  switch (edit.kind) {
    case 'secret': {
      const onChanged = 'onChanged' in edit ? edit.onChanged : file.onChanged;
      return { ...file, value: seal(edit.value), unencrypted: false, onChanged };
    }
    case 'makeSecret':
      // What somebody else made secret meanwhile must not be encrypted twice, nor what is shown in its place be sent.
      return isUnreadable(scope, file)
        ? file
        : { ...file, value: seal(Buffer.from(file.value, 'utf8')), unencrypted: false };
    case 'plain':
      return { ...file, value: edit.value, unencrypted: true };
    case 'handler':
      return { ...file, onChanged: edit.onChanged };
  }
}

function summaryOf(file: string, edit: FileEdit, seen: ConfigFile | undefined): string {
  switch (edit.kind) {
    case 'secret':
      return seen === undefined ? `Add secret ${file}` : `Replace the value of ${file}`;
    case 'makeSecret':
      return `Make ${file} secret`;
    case 'plain':
      return `Make ${file} plain`;
    case 'handler':
      return `Change the handler of ${file}`;
  }
}
