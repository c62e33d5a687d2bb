import { l10n, type CancellationToken } from 'vscode';
import type { FactoryClient } from '../api/client';
import type { Artifact } from '../api/deviceTests';
import type { Sink } from '../api/transport';
import { bytesText } from '../model/bytes';

/** More is for a file and not for an editor. */
export const MOST_BYTES = 5_000_000;

/** An artifact is not text for an editor. */
export class NotShown extends Error {}

/**
 * Reads an artifact as text.
 *
 * @throws {NotShown} in words that say what to do, where it is too large or no text
 * @throws {FactoryError}
 */
export function artifactText(
  client: FactoryClient,
  artifact: Artifact,
  token: CancellationToken | undefined,
): Promise<string> {
  return withSignal(token, (signal) =>
    receivedText((sink, stop) => client.receiveArtifact(artifact, sink, stop), signal),
  );
}

/**
 * Reads as text what comes in as bytes.
 *
 * @param mostBytes more is refused
 * @throws {NotShown} in words that say what to do, where it is too large or no text
 * @throws what `receive` throws
 */
export async function receivedText(
  receive: (sink: Sink, signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
  mostBytes = MOST_BYTES,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const refuse = (bytes: number) => {
    if (bytes > mostBytes) {
      throw new NotShown(l10n.t('It is larger than {0}. Choose Download to keep it as a file.', bytesText(mostBytes)));
    }
  };
  await receive(
    {
      begin: (total) => refuse(total ?? 0),
      write: (chunk) => {
        size += chunk.byteLength;
        refuse(size);
        chunks.push(chunk);
      },
    },
    signal,
  );
  const text = textOf(Buffer.concat(chunks));
  if (text === undefined) {
    throw new NotShown(l10n.t('It is not text. Choose Download to keep it as a file.'));
  }
  return text;
}

/** @returns undefined for bytes that are no UTF-8 text */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) {
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Runs something that a cancellation of VS Code aborts. */
export async function withSignal<T>(
  token: CancellationToken | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  if (token?.isCancellationRequested === true) {
    stop.abort();
  }
  const subscription = token?.onCancellationRequested(() => stop.abort());
  try {
    return await run(stop.signal);
  } finally {
    subscription?.dispose();
  }
}
