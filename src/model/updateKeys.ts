interface DocumentedKey {
  readonly table: string;
  readonly key: string;
  /** What the programs on the device read it as; a value of another type is skipped or stops them. */
  readonly type: 'string' | 'integer';
  /** One or two sentences in English. */
  readonly meaning: string;
  /** What holds where the key is missing, in English; undefined where that is not documented. */
  readonly default: string | undefined;
  /** Values that make sense, where they are few. */
  readonly values?: readonly string[];
  /** aktualizr-lite reads it with `lexical_cast<bool>`, which takes `0` and `1` alone: anything else makes it exit. */
  readonly flag?: true;
  /** Smallest and largest number, also of a number that is written as text. */
  readonly range?: readonly [min: number, max: number];
  /** What the value is a list of names of. */
  readonly names?: 'apps' | 'tags';
  /** The program on the device that reads it, where it is only one. */
  readonly only?: 'aktualizr-lite' | 'fioup';
  /** Kept for older tools; what goes in its place. */
  readonly insteadOf?: string;
}

const FLAG = ['0', '1'] as const;

const DOCUMENTED = [
  {
    table: 'pacman',
    key: 'tags',
    type: 'string',
    meaning: 'The tag that the device follows: it takes the newest target with this tag that fits its hardware.',
    default: 'the tag that the device was registered with',
    names: 'tags',
  },
  {
    table: 'pacman',
    key: 'compose_apps',
    type: 'string',
    meaning:
      'The apps of the target that the device runs, separated by commas; an empty text means none. A name that the target does not have is ignored.',
    default: 'all apps of the target',
    names: 'apps',
  },
  {
    table: 'pacman',
    key: 'docker_apps',
    type: 'string',
    meaning: 'What fioctl compares with when it sets compose_apps. Devices ignore it.',
    default: undefined,
    names: 'apps',
    insteadOf: 'compose_apps',
  },
  {
    table: 'pacman',
    key: 'type',
    type: 'string',
    meaning: 'What updates consist of.',
    default: 'ostree+compose_apps',
    values: ['ostree+compose_apps'],
  },
  {
    table: 'pacman',
    key: 'reset_apps',
    type: 'string',
    meaning:
      'Apps that are kept so that the device can go back to them, separated by commas; an empty text means all apps of the target.',
    default: undefined,
    names: 'apps',
  },
  {
    table: 'pacman',
    key: 'reset_apps_root',
    type: 'string',
    meaning: 'Folder on the device for the apps of reset_apps.',
    default: undefined,
  },
  {
    table: 'pacman',
    key: 'compose_apps_root',
    type: 'string',
    meaning: 'Folder on the device for the apps.',
    default: '/var/sota/compose-apps',
  },
  {
    table: 'pacman',
    key: 'compose_apps_proxy',
    type: 'string',
    meaning: 'Proxy server through which the device downloads apps.',
    default: undefined,
  },
  {
    table: 'pacman',
    key: 'compose_apps_proxy_ca',
    type: 'string',
    meaning: 'File on the device with the certificate authority of that proxy server.',
    default: undefined,
  },
  {
    table: 'pacman',
    key: 'callback_program',
    type: 'string',
    meaning: 'Program on the device that is called before and after each step of an update.',
    default: undefined,
  },
  {
    table: 'pacman',
    key: 'docker_prune',
    type: 'string',
    meaning: 'Whether images and containers that are no longer used are removed after an update.',
    default: undefined,
    values: FLAG,
    flag: true,
    only: 'aktualizr-lite',
  },
  {
    table: 'pacman',
    key: 'prune_unused_images',
    type: 'string',
    meaning: 'Whether images that are no longer used are removed after an update.',
    default: undefined,
    only: 'fioup',
  },
  {
    table: 'pacman',
    key: 'storage_watermark',
    type: 'string',
    meaning: 'The largest part of the disk, in percent, that an update may fill.',
    default: '80',
    range: [20, 99],
  },
  {
    table: 'pacman',
    key: 'create_containers_before_reboot',
    type: 'string',
    meaning: 'Whether the containers of the new apps are made before the device restarts.',
    default: undefined,
    values: FLAG,
    flag: true,
  },
  {
    table: 'pacman',
    key: 'stop_apps_before_update',
    type: 'string',
    meaning: 'Whether apps are stopped before they are updated.',
    default: undefined,
    values: FLAG,
    flag: true,
  },
  {
    table: 'uptane',
    key: 'polling_sec',
    type: 'integer',
    meaning: 'Seconds between two looks for updates.',
    default: '300',
    range: [1, Number.MAX_SAFE_INTEGER],
    only: 'aktualizr-lite',
  },
  {
    table: 'uptane',
    key: 'polling_seconds',
    type: 'string',
    meaning: 'Seconds between two looks for updates.',
    default: '300',
    range: [1, Number.MAX_SAFE_INTEGER],
    only: 'fioup',
  },
  {
    table: 'logger',
    key: 'loglevel',
    type: 'integer',
    meaning: 'How much is logged: 0 is everything, 5 only what is fatal.',
    default: undefined,
    range: [0, 5],
    only: 'aktualizr-lite',
  },
  {
    table: 'bootloader',
    key: 'reboot_command',
    type: 'string',
    meaning: 'Command that restarts the device.',
    default: undefined,
  },
] as const satisfies readonly DocumentedKey[];

type Texts = (typeof DOCUMENTED)[number];

/**
 * A key that `z-50-fioctl.toml` may have, as documented (docs/api.md §4.4). Its texts have the type of what they can be,
 * from which the list of texts to translate is made.
 */
export type UpdateKey = Omit<DocumentedKey, 'meaning' | 'default'> & Pick<Texts, 'meaning' | 'default'>;

/** The documented keys. Others are copied to the device as they are, so they are no mistake. */
export const UPDATE_KEYS: readonly UpdateKey[] = DOCUMENTED;
