import { isIP } from 'node:net';

/** What a copied command line is to show. */
export type CommandAim = 'device' | 'config' | 'updates';

/** The device that a command line is about, and how its API is reached. */
export interface CommandSubject {
  readonly factory: string;
  readonly name: string;
  readonly uuid: string;
  /** Base address of the API. */
  readonly baseUrl: string;
  /** The account has application credentials, whose access tokens are sent in another header than an API token. */
  readonly bearer: boolean;
}

/**
 * @returns a text as one word of a POSIX shell. It stays one whatever it holds: control characters, which a terminal would
 *   act on when it is pasted, are written as escapes (`$'…'` of bash and zsh).
 */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_/:.,=@%+-]+$/.test(text)) {
    return text;
  }
  // eslint-disable-next-line no-control-regex
  if (!/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text)) {
    return `'${text.replace(/'/g, "'\\''")}'`;
  }
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  return `$'${escaped}'`;
}

const FIOCTL: Readonly<Record<CommandAim, string>> = {
  device: 'devices show',
  config: 'devices config log',
  updates: 'devices updates',
};

/**
 * @returns the line that shows the same with `fioctl`. It puts names into addresses as they are (fioctl-wire.md §0), so a
 *   device whose name needs more is addressed by its uuid.
 */
export function fioctlCommand({ factory, name, uuid }: CommandSubject, aim: CommandAim): string {
  const device = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) ? name : `--by-uuid ${shellWord(uuid)}`;
  return `fioctl ${FIOCTL[aim]} ${device} --factory ${shellWord(factory)}`;
}

/** @returns the line that asks the API for the same; the API token or access token is to stand in the variable TOKEN */
export function curlCommand({ baseUrl, bearer, factory, name }: CommandSubject, aim: CommandAim): string {
  const below = aim === 'device' ? '' : `${aim}/`;
  const query = `factory=${encodeURIComponent(factory)}`;
  const url = `${baseUrl}/ota/devices/${encodeURIComponent(name)}/${below}?${query}`;
  // Quoted always: a shell may take ? for a file name pattern.
  const quoted = `'${url.replace(/'/g, '%27')}'`;
  // As fioctl and we send it: base64 of the access token (foundries-api.md §1.1).
  const header = bearer ? `Authorization: Bearer $(printf %s "$TOKEN" | base64 | tr -d '\\n')` : 'OSF-TOKEN: $TOKEN';
  return `curl -fsS -H "${header}" ${quoted}`;
}

/** @returns the line that logs in as the user that LmP devices have; undefined where the address is none */
export function sshCommand(ip: string): string | undefined {
  return isIP(ip) === 0 ? undefined : `ssh fio@${ip}`;
}
