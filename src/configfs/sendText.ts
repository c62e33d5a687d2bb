import { newConfigFile, type ConfigFile } from '../model/config';
import { isUnreadable, withText } from '../model/secrecy';
import type { ConfigSnapshot } from '../store/configStore';
import { meantOf, type Baseline } from './baseline';
import type { DocumentsHost } from './documentsHost';
import type { DocumentState } from './documentState';
import { meantAt, type Meant } from './identityGuard';
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
  document: Pick<DocumentState, 'address' | 'base'>,
  value: string,
  agreement: string | null | undefined,
): Promise<ConfigSnapshot> {
  const { address, base } = document;
  const { scope } = address;
  const wasThere = (base?.hash ?? null) !== null;
  // What no editor has read is for the device that is known by the name.
  const meant: Meant = base === undefined ? meantAt(host, address) : meantOf(base);
  const agreed = new Set<string | null>([base?.hash ?? null]);
  if (agreement !== undefined) {
    agreed.add(agreement);
  }
  const { changeFile } = await import('./changeFile');
  const { after } = await changeFile(host, {
    address,
    meant,
    kind: 'put',
    wasThere,
    judge: { value, check: () => host.check(address, value) },
    reason: () => host.approve(address, !wasThere, { value, uuid: meant.uuid }),
    // Who compared with what the device has, and wants it overwritten, has seen which device it is.
    isIdentified: agreement !== undefined,
    compare: (current) => {
      if (current !== undefined && isUnreadable(scope, current)) {
        // Sent with the flag of the file, a device could not decrypt the text, and would take no file at all.
        throw new SaveRefused('encrypted', address);
      }
      return current?.value === value
        ? 'done'
        : agreed.has(current === undefined ? null : hashOf(current.value))
          ? 'asSeen'
          : 'changed';
    },
    make: (current) => ({ kind: 'put', file: withText(scope, current ?? recreated(address.file, base), value) }),
    ask: async (conflict) => {
      const choice = await host.resolveConflict(address, conflict);
      if (choice !== 'overwrite') {
        throw new SaveRefused('conflict', address, { conflict, choice });
      }
      if (conflict.kind !== 'unproven') {
        agreed.add(conflict.hash);
      }
    },
  });
  return after;
}

/** A file that is not on the server: new, or deleted there since it was opened. */
function recreated(name: string, base: Baseline | undefined): ConfigFile {
  const fresh = newConfigFile(name, '');
  return base === undefined || base.hash === null
    ? fresh
    : { ...fresh, unencrypted: base.unencrypted ?? true, onChanged: base.onChanged };
}
