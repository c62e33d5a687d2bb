import { type Client, handlerOf } from './harness';

/** Update settings with these lines in the section of the updater. */
export const toml = (settings: string): string => `\n[pacman]\n${settings}`;

/** Changes one file of a configuration. */
export const patch = (client: Client, path: string, name: string, value: string): Promise<unknown> =>
  client.send('PATCH', path, { body: { reason: '', files: [{ name, value, unencrypted: true, ...handlerOf(name) }] } });
