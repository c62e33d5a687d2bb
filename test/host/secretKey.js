// @ts-check
'use strict';

/**
 * Loaded into VS Code's server before its own code: answers the page's question for the key that secrets are encrypted
 * with in its local storage. Without an answer a page forgets its secrets when it is reloaded, unlike a desktop with a
 * system keychain.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');

const KEY_BYTES = 32;
const file = process.env['FOUNDRIES_SECRET_KEY_FILE'];

/**
 * @param {string} name
 * @returns {Buffer} the same for as long as the user's data is kept
 */
function key(name) {
  if (!fs.existsSync(name)) {
    fs.writeFileSync(name, crypto.randomBytes(KEY_BYTES), { mode: 0o600 });
  }
  return fs.readFileSync(name);
}

// What the server starts inherits the arguments and the environment, but has no such question to answer.
if (file !== undefined && process.argv[1]?.endsWith('server-main.js')) {
  const emit = http.Server.prototype.emit;
  http.Server.prototype.emit = /** @type {typeof emit} */ (
    /**
     * @this {http.Server}
     * @param {any[]} values
     */
    function (...values) {
      const [event, request, response] = values;
      if (event === 'request' && request.method === 'POST' && request.url.split('?')[0] === '/mint-key') {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
        response.end(key(file));
        return true;
      }
      return Reflect.apply(emit, this, values);
    }
  );
}
