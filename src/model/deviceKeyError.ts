/** Why nothing can be encrypted for a device. */
export type KeyProblem =
  /** The service knows no key: the device never connected. */
  | 'missing'
  /** Not one PEM block with a public key in it. */
  | 'broken'
  /** A public key, but not of a kind that devices decrypt with. */
  | 'unsupported';

/** A value was not encrypted, because of the device's key. */
export class DeviceKeyError extends Error {
  override readonly name = 'DeviceKeyError';

  /** @param keyType what the key is, where it is `unsupported`: `RSA`, `Ed25519`, `EC secp256k1` */
  constructor(
    readonly problem: KeyProblem,
    readonly keyType = '',
  ) {
    super(`device key: ${problem}${keyType === '' ? '' : ` ${keyType}`}`);
  }
}
