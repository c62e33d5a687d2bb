import * as vscode from 'vscode';
import type { RequestLogEntry } from '../api/transport';
import { logLine } from './plainText';

/** The output channel *Foundries*: one line for each request. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Foundries', { log: true });
}

/**
 * @returns `GET /ota/devices/?factory=acme 200 143 ms 12.3 kB`, on one line whatever a service said; holds no header and so no
 *   token
 */
export function requestLine({ request, status, ms, bytes, failure }: RequestLogEntry): string {
  const words = [
    request,
    status === undefined ? '-' : String(status),
    `${ms} ms`,
    `${(bytes / 1000).toFixed(1)} kB`,
    ...(failure === undefined ? [] : [failure]),
  ];
  return logLine(words.join(' '));
}
