/** The extension's activation, which happens once in a window and is watched for the tests that are about it. */
import http from 'node:http';
import https from 'node:https';
import { until } from '../../support/until';
import { extension } from './extension';
import { ExtensionClock } from './extensionClock';
import { roundTrips } from './quiet';

/** What was seen of it. */
export interface Activation {
  /** Whether it was still to come when the tests began. */
  readonly first: boolean;
  /** What was asked of the network meanwhile. */
  readonly asked: readonly unknown[];
}

const seen = globalThis as { foundriesActivation?: Activation };

/** @returns what was seen of the activation */
export function activation(): Activation {
  if (seen.foundriesActivation === undefined) {
    throw new Error('The extension was not activated by the root hook.');
  }
  return seen.foundriesActivation;
}

/** Activates the extension in a window without accounts, and lets it do what it does a while later. */
export async function activateWatched(): Promise<void> {
  const asked: unknown[] = [];
  const originals = { http: http.request, https: https.request };
  http.request = ((...args: Parameters<typeof http.request>) => {
    asked.push(args[0]);
    return originals.http(...args);
  }) as typeof http.request;
  https.request = ((...args: Parameters<typeof https.request>) => {
    asked.push(args[0]);
    return originals.https(...args);
  }) as typeof https.request;
  const first = !extension().isActive;
  try {
    await ExtensionClock.during(async (clock) => {
      const { connections } = await extension().activate();
      await until('the accounts to be read', () => connections.session.state !== 'loading');
      // It looks at the folder of the window when others have less to do.
      clock.advance(5_000);
      await roundTrips();
    });
  } finally {
    http.request = originals.http;
    https.request = originals.https;
  }
  seen.foundriesActivation = { first, asked };
}
