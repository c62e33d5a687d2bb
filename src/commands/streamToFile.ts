import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Sink } from '../api/transport';

/**
 * Writes what comes in to a file beside the wanted one, which takes its place only when all of it is there: a transfer
 * that fails or is given up leaves no half file, and what was there before stays.
 *
 * @param fill sends everything to the sink
 * @throws what `fill` throws, or node's error of the file system
 */
export async function streamToFile(path: string, fill: (sink: Sink) => Promise<unknown>): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  const file = await open(temporary, 'wx');
  try {
    await fill({ write: (chunk) => file.appendFile(chunk) });
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
