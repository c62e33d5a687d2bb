/**
 * Every choice that the reference does not settle: what docs/api.md marks *(inferred)* or leaves open, with its section.
 * When the real service turns out to differ, this is the place to mend.
 */

/** §2.2: `created-at` carries `+00:00`, as newer CLI output shows; the REST guide of 2021 has no zone. */
export const CONFIG_DATES_HAVE_ZONE = true as boolean;

/** §2.2: POST answers like PATCH. */
export const CONFIG_POST_STATUS = 201;

/** §2.2: DELETE of a config file; fioctl ignores the body. */
export const CONFIG_DELETE_STATUS = 200;

/** §4.1: DELETE of a file that the newest set does not hold. */
export const CONFIG_DELETE_UNKNOWN_STATUS = 404;

/** §4.1: whether a PATCH that changes nothing makes an entry all the same. */
export const IDENTICAL_PATCH_MAKES_ENTRY = true as boolean;

/** §4.2, §11: whether the slash of a file name may stand in the path of DELETE; fioctl sends it so. */
export const CONFIG_DELETE_TAKES_SLASHES = true as boolean;

/**
 * §3.3 gives the limit ("1Mb", "all files and data"), not what is counted nor the answer. Here: the sum of the names, values
 * and handlers, at most 10^6 (the smaller reading), and 413 as JSON.
 */
export const CONFIG_LIMIT_BYTES = 1_000_000;
export const CONFIG_LIMIT_STATUS = 413;

/** §4.2 against §10.7: a value that does not decrypt leaves `applied-at` null (the other reading: set by the fetch). */
export const BAD_VALUE_LEAVES_APPLIED_AT_NULL = true as boolean;

/** §2.1.1: page sizes other than these are refused with 400 (the Swagger page shows a fixed list). */
export const DEVICE_PAGE_SIZES: readonly number[] = [10, 20, 30, 40, 50, 100, 200, 500, 1000];
export const DEVICE_PAGE_SIZE_DEFAULT = 1000;

/** §2.1.1: `target_name` may be a glob. */
export const TARGET_NAME_IS_GLOB = true as boolean;

/** §2.1.1: `name_ilike` is SQL's ILIKE: `%` any text, `_` one character, and without these a part of the name. */
export const NAME_ILIKE_WITHOUT_WILDCARD_IS_PART = true as boolean;

/** §2.1.3: the answer of PATCH is the device, of DELETE an empty object. */
export const DEVICE_PATCH_STATUS = 200;
export const DEVICE_DELETE_BODY: object = {};

/** §2.1.3: a deleted device is put on the deny list. */
export const DELETED_DEVICES_ARE_DENIED = true as boolean;

/** §10.4: a UUID in the path is understood without `by-uuid=1`. */
export const UUID_IS_A_NAME = true as boolean;

/** §1.5, §11: a Factory that the credential may not see is unknown to it. */
export const FOREIGN_FACTORY_STATUS = 404;

/** §2.3: success codes of the group calls. */
export const GROUP_CREATE_STATUS = 201;
export const GROUP_PATCH_STATUS = 200;
export const GROUP_DELETE_STATUS = 200;

/** §2.1.6: how many apps-states are kept. */
export const APPS_STATES_KEPT = 10;

/** §3.6: the missing slash of an `/ota` address is redirected for every method (measured for `/projects`, the same framework). */
export const OTA_REDIRECTS_EVERY_METHOD = true as boolean;

/** §1.2: what the token endpoint answers. */
export const OAUTH_TOKEN_TYPE = 'Bearer';
export const OAUTH_EXPIRES_IN = 604_800;

/** §1.2: a refresh gives a new pair and ends the old one. */
export const OAUTH_REFRESH_ROTATES = true as boolean;

/** §1.4: listing secrets and triggers is asking to build. */
export const TRIGGERS_SCOPE = 'ci:read-update';

/** §7: `status` in the words of the analog server. */
export const STATUS_WORDS = {
  EcuDownloadStarted: { null: 'Download started' },
  EcuDownloadCompleted: { true: 'Download completed; succeeded', false: 'Download completed; failed' },
  EcuInstallationStarted: { null: 'Installation started' },
  EcuInstallationApplied: { null: 'Installation applied; awaiting update finalization' },
  EcuInstallationCompleted: { true: '', false: 'Installation completed; failed' },
} as const;

/** §7: a device is up to date when it runs the newest target of its tag and hardware, with the apps it is configured for. */
export const UP_TO_DATE_INCLUDES_APPS = true as boolean;

/** §3.5: `force=1` is taken and nothing is asked without it, unless a test asks for it (`requireForceForTag`). */
export const FORCE_REFUSAL_STATUS = 400;

/** §2.5: mutations of targets answer with 202; fioctl accepts 200, 201, 202 and 204. */
export const TARGETS_MUTATION_STATUS = 202;

/** §4.5: a test is unknown until the device has made it. */
export const TEST_BEFORE_RUN_STATUS = 404;

/** §2.6: devices that are not scheduled are those with an older version that no rollout reaches; the others count nowhere. */
export const WAVE_UNSCHEDULED_ARE_OLDER = true as boolean;

/** §2.5: the keys of targets cannot be rotated while a wave is active; the help of the CLI says so, not how it is refused. */
export const TUF_TARGETS_ROTATION_NEEDS_NO_ACTIVE_WAVE = true as boolean;

/** §2.5: `POST …/certs/` answers with requests for P-256 keys, with 201; certificates are stored as they come. */
export const CERTS_CREATE_STATUS = 201;
