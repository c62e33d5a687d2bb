import type { ConfigAddress } from './address';

/** Another change of a file that is about to be saved. */
export interface Conflict {
  /** `unproven`: the device or group may be another one that now has the name; nothing was compared. */
  readonly kind: 'changed' | 'deleted' | 'exists' | 'unproven';
  /** Hash of the value on the server; null where the file is not there. */
  readonly hash: string | null;
  /** Milliseconds since the epoch; undefined where not told. */
  readonly when: number | undefined;
  readonly reason: string;
  /** User id of the author; absent where the device did it. */
  readonly by?: string;
}

export type RefusalKind =
  | OperationRefusal
  /** Nobody is signed in to the file's host. */
  | 'signedOut'
  | 'notFound'
  /** Not a deliberate save. */
  | 'autoSave'
  /** VS Code did not say whether it is a deliberate save: some that are not look just so. */
  | 'unannounced'
  /** The value on the server is encrypted, and this text is not. */
  | 'encrypted'
  /** Bytes that are not UTF-8. */
  | 'notText'
  | 'conflict'
  /** The syntax is wrong in a file that must be right. */
  | 'invalid'
  /** The window was closed before it was sent. */
  | 'windowClosed'
  /** The user was asked, and said no. */
  | 'cancelled'
  /** The name no longer leads to the device that was meant, or nobody can tell. */
  | 'otherDevice'
  /** Opened in an earlier version: which of several servers on the host it is of is not known. */
  | 'formerServer'
  | 'tooLarge';

/** Why an operation on whole files was refused. */
export type OperationRefusal =
  /** Is not as the user saw it. */
  | 'changed'
  /** The name is taken. */
  | 'exists'
  | 'badName'
  /** A file of this name does nothing there. */
  | 'notOffered'
  /** An editor holds text of the file that was not sent. */
  | 'unsent'
  /** An encrypted value is for one device only. */
  | 'foreignSecret'
  /** The service keeps the value, and shows something that need not be it. */
  | 'keptSecret'
  /** An encrypted value is there, which a plain one must not replace. */
  | 'secretThere'
  /** Only single files can be moved, and only where they are. */
  | 'notMovable'
  /** A move or copy would take the place of a file. */
  | 'inTheWay'
  /** Only a part of file names. */
  | 'folder';

/** What became of a device whose name leads to it no more, or may not. */
export type DeviceFate = (
  { readonly fate: 'renamed'; readonly name: string } | { readonly fate: 'deleted' | 'unknown' }
) & {
  /** Another device has the name now. */
  readonly isTaken: boolean;
};

export interface RefusalDetails {
  readonly conflict?: Conflict;
  /** What the user chose to do about the conflict. */
  readonly choice?: 'compare' | 'merge' | 'discard' | 'cancel';
  readonly size?: number;
  readonly limit?: number;
  /** What is wrong, and where. */
  readonly problem?: string;
  /** What became of the device that was meant. */
  readonly device?: DeviceFate;
}

/** Nothing was sent, for a reason of our own. */
export class SaveRefused extends Error {
  override readonly name = 'SaveRefused';

  constructor(
    readonly kind: RefusalKind,
    readonly address: ConfigAddress,
    readonly details: RefusalDetails = {},
  ) {
    super(`${address.file}: ${kind}`);
  }
}

/** A file was deleted to make room for one that could not come there, and could not be put back. */
export class NotPutBack extends Error {
  override readonly name = 'NotPutBack';
  readonly address: ConfigAddress;
  /** Why it could not be put back. */
  readonly failure: unknown;

  /** @param cause why the other file did not come */
  constructor(address: ConfigAddress, cause: unknown, failure: unknown) {
    super(`${address.file} could not be put back: ${String(failure)}`, { cause });
    this.address = address;
    this.failure = failure;
  }
}
