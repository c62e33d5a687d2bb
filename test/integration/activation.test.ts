import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { suite, test } from 'mocha';
import { extension, pause, SignedIn } from './support';

suite('Activation', () => {
  test('asks nothing of the network', async () => {
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
    try {
      assert.equal(extension().isActive, false, 'this suite comes first');
      await extension().activate();
      await pause(500);
    } finally {
      http.request = originals.http;
      https.request = originals.https;
    }
    assert.deepEqual(asked, []);
  });

  test('signed in, nothing is asked while no view and no file is open', async () => {
    const factory = await SignedIn.start();
    try {
      await pause(800);
      assert.deepEqual(factory.seen(), []);
    } finally {
      await factory.stop();
    }
  });
});
