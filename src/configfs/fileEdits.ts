import {
  canSendBack,
  newConfigFile,
  sameFile,
  UPDATE_SETTINGS_FILE,
  type ConfigFile,
  type ConfigScope,
} from '../model/config';
import { isUnreadable } from '../model/secrecy';
import type { ConfigAddress } from './address';
import type { ChangeHost } from './changeFile';
import type { FileChange } from './conflictFound';
import type { DocumentsHost } from './documentsHost';
import { explainedByUuid, meantAt, type Meant, type MeantFile } from './identityGuard';
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

type EditsHost = Pick<DocumentsHost, 'fetchKey' | 'check' | 'approve'> & ChangeHost;

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
   * @param file with the device that the user saw; without one, that which is shown by the name counts
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
    file: MeantFile,
    seen: ConfigFile | undefined,
    edit: FileEdit,
    ask: Ask,
    confirmed = false,
  ): Promise<boolean> {
    const { host } = this;
    const { meant = meantAt(host, file), ...address } = file;
    const { scope } = address;
    let expected = seen;
    let seal: Seal;
    const { changeFile } = await import('./changeFile');
    const { isSent } = await changeFile(host, {
      address,
      meant,
      kind: 'put',
      wasThere: seen !== undefined,
      // Unsent text would be left in an editor that can no longer save it.
      closed: edit.kind === 'handler' ? [] : [address],
      reason: async () => {
        const text = textToCheck(address, edit);
        if (text !== undefined) {
          await host.check(address, text);
        }
        const summary = summaryOf(address.file, edit, seen);
        return host.approve(address, seen === undefined, { summary, confirmed, uuid: meant.uuid });
      },
      // Anew for each try: the user may have thought about a question for long.
      prepare: async () => {
        seal = await this.sealFor(address, edit, meant);
      },
      compare: (current) => {
        if (current === undefined && (edit.kind === 'makeSecret' || edit.kind === 'handler')) {
          throw new SaveRefused('notFound', address);
        }
        return isOtherwise(edit, expected, current) ? 'changed' : 'asSeen';
      },
      make: (current) => {
        if (edit.kind === 'handler' && current !== undefined && !canSendBack(scope, [current])) {
          throw new SaveRefused('keptSecret', address);
        }
        const next = edited(edit, scope, current ?? seen ?? newConfigFile(address.file, ''), seal);
        return current !== undefined && sameFile(current, next) ? undefined : { kind: 'put', file: next };
      },
      ask: async (conflict, current) => {
        if (!(await ask(conflict))) {
          throw new SaveRefused('cancelled', address);
        }
        if (conflict.kind !== 'unproven') {
          expected = current;
        }
      },
    });
    return isSent;
  }

  private async sealFor(address: ConfigAddress, { kind }: FileEdit, { uuid }: Meant): Promise<Seal> {
    const { host, scope } = address;
    if (scope.kind !== 'device' || (kind !== 'secret' && kind !== 'makeSecret')) {
      // The service itself encrypts values of groups and of the Factory (docs/api.md §4.3).
      return (value) => decodeText(address, value);
    }
    const key = await this.host.fetchKey(host, scope, uuid).catch(async (error: unknown) => {
      throw await explainedByUuid(this.host, address, uuid, error);
    });
    if (key === undefined) {
      throw new SaveRefused('signedOut', address);
    }
    // A key that nothing can be encrypted with is found before the configuration is touched.
    const { encryptForDevice } = await import('../model/encryption');
    encryptForDevice(key.publicKey, new Uint8Array());
    return (value) => encryptForDevice(key.publicKey, value);
  }
}

/** @returns what is to have a syntax: a secret has none, but the device reads update settings as they were before (`hasSyntax`) */
function textToCheck(address: ConfigAddress, edit: FileEdit): string | undefined {
  switch (edit.kind) {
    case 'plain':
      return edit.value;
    case 'secret':
      return address.file === UPDATE_SETTINGS_FILE ? decodeText(address, edit.value) : undefined;
    default:
      return undefined;
  }
}

/** Makes a secret value ready to be sent. */
type Seal = (value: Uint8Array) => string;

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
