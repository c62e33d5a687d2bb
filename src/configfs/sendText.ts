import { CONFIG_LIMIT_BYTES, configSize, currentFile, newConfigFile, type ConfigFile } from '../model/config';
import { isUnreadable, withText } from '../model/secrecy';
import type { ConfigSnapshot, ConfigStore } from '../store/configStore';
import type { Baseline } from './baseline';
import { ConflictFound, conflictOf } from './conflictFound';
import type { DocumentsHost } from './documentsHost';
import type { DocumentState } from './documentState';
import { isSameDevice } from './identity';
import { SaveRefused } from './saveRefused';
import { hashOf } from './text';

/**
 * Sends a document's text by compare-and-swap: one GET, and one PATCH unless the server has this text already. Where the
 * file is not what the text was made from, the user decides, each time anew. What belongs to the file stays, but a device gets
 * no text that is marked as encrypted (`withText`).
 *
 * @param agreement hash of a value that may be replaced beside the base; null: no file
 * @returns the configuration as it is then
 * @throws {SaveRefused} where nothing was sent
 * @throws {FactoryError} where the service did not take it
 */
export async function sendText(
  host: DocumentsHost,
  configs: ConfigStore,
  document: DocumentState,
  value: string,
  agreement: string | null | undefined,
): Promise<ConfigSnapshot> {
  const { address, base } = document;
  const wasThere = (base?.hash ?? null) !== null;
  await host.check(address, value);
  const reason = await host.approve(address, !wasThere);
  const agreed = new Set<string | null>([base?.hash ?? null]);
  if (agreement !== undefined) {
    agreed.add(agreement);
  }
  // Who compared with what the device has, and wants it overwritten, has seen which device it is.
  let identified = agreement !== undefined;
  for (;;) {
    try {
      return await configs.update(address.scope, async (latest) => {
        const proven = await isSameDevice(host, address, base, latest);
        const current = currentFile(latest, address.file);
        if (current !== undefined && isUnreadable(address.scope, current)) {
          // Sent with the flag of the file, a device could not decrypt the text, and would take no file at all.
          throw new SaveRefused('encrypted', address);
        }
        if (current?.value === value) {
          return undefined;
        }
        if (!agreed.has(current === undefined ? null : hashOf(current.value))) {
          throw new ConflictFound(conflictOf(latest, wasThere, current));
        }
        if (!proven && !identified) {
          throw new ConflictFound({ ...conflictOf(latest, wasThere, current), kind: 'unproven' });
        }
        const file = withText(address.scope, current ?? recreated(address.file, base), value);
        const size = configSize(latest[0], file);
        if (size > CONFIG_LIMIT_BYTES) {
          throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
        }
        return { reason, file };
      });
    } catch (error) {
      if (!(error instanceof ConflictFound)) {
        throw error;
      }
      const choice = await host.resolveConflict(address, error.conflict);
      if (choice !== 'overwrite') {
        throw new SaveRefused('conflict', address, { conflict: error.conflict, choice });
      }
      agreed.add(error.conflict.hash);
      identified = true;
    }
  }
}

/** A file that is not on the server: new, or deleted there since it was opened. */
function recreated(name: string, base: Baseline | undefined): ConfigFile {
  const fresh = newConfigFile(name, '');
  return base === undefined || base.hash === null
    ? fresh
    : { ...fresh, unencrypted: base.unencrypted ?? true, onChanged: base.onChanged };
}
