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

/** Acted on, or hidden, where it is pasted or printed: control characters, and those that turn the direction of text. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
/** What ends a text in single quotes in one shell or other: PowerShell takes curly quotes, and fish a backslash, too. */
const ENDING = "'\u2018\u2019\u201a\u201b\\\\";

/**
 * A text as one word of a command line. It is read back exactly by sh, bash, zsh and fish, and whatever it holds, it is no
 * command in them nor in PowerShell: a line may be pasted into any of these. A text with hidden characters is exact in bash and
 * zsh alone (`$'…'`); there is nothing in it that ends the quotes of the others, which read the escapes as they are written, and
 * fish takes no such line at all.
 */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_/:.,=@%+-]+$/.test(text)) {
    return text;
  }
  if (HIDDEN.test(text)) {
    const escaped = text.replace(UNPLAIN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `$'${escaped}'`;
  }
  const quoted = text.replace(OF_ONE_KIND, (part) =>
    part.startsWith("'") || ENDING.includes(part.charAt(0)) ? `"${part.replace(/\\/g, '\\\\')}"` : `'${part}'`,
  );
  return quoted === '' ? "''" : quoted;
}

const OF_ONE_KIND = new RegExp(`[${ENDING}]+|[^${ENDING}]+`, 'g');
/** Hidden characters, and of ASCII all that means something in a shell or in `$'…'`. */
const UNPLAIN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f!-$&-*;<>?[-^`{-\u009f\u200e\u200f\u2018-\u201e\u2028-\u202e\u2066-\u2069]/g;

const FIOCTL: Readonly<Record<CommandAim, string>> = {
  device: 'devices show',
  config: 'devices config log',
  updates: 'devices updates',
};

/**
 * @returns the line that shows the same with `fioctl`. It puts names into addresses as they are (docs/api.md §9.2), so a
 *   device whose name needs more is addressed by its uuid.
 */
export function fioctlCommand({ factory, name, uuid }: CommandSubject, aim: CommandAim): string {
  const device = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) ? name : `--by-uuid ${shellWord(uuid)}`;
  const ofFactory = `--factory ${shellWord(factory)}`;
  return uuid.startsWith('-') && device !== name
    ? // Behind the two dashes it is no option, whatever it looks like.
      `fioctl ${FIOCTL[aim]} ${ofFactory} --by-uuid -- ${shellWord(uuid)}`
    : `fioctl ${FIOCTL[aim]} ${device} ${ofFactory}`;
}

/** @returns the line that asks the API for the same; the API token or access token is to stand in the variable TOKEN */
export function curlCommand({ baseUrl, bearer, factory, name }: CommandSubject, aim: CommandAim): string {
  const below = aim === 'device' ? '' : `${aim}/`;
  const query = `factory=${encodeURIComponent(factory)}`;
  const url = `${baseUrl}/ota/devices/${encodeURIComponent(name)}/${below}?${query}`;
  // Quoted always: a shell may take ? for a file name pattern.
  const quoted = `'${url.replace(/'/g, '%27')}'`;
  // As fioctl and we send it: base64 of the access token (docs/api.md §1.1).
  const header = bearer ? `Authorization: Bearer $(printf %s "$TOKEN" | base64 | tr -d '\\n')` : 'OSF-TOKEN: $TOKEN';
  return `curl -fsS -H "${header}" ${quoted}`;
}

/** @returns the line that logs in as the user that LmP devices have; undefined where the address is none */
export function sshCommand(ip: string): string | undefined {
  return isIP(ip) === 0 ? undefined : `ssh fio@${ip}`;
}
