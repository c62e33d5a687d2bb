// @ts-check
'use strict';

/** Stands in for the native module with which an extension host ends when the process that started it is gone. */
const PERIOD = 3_000;

module.exports = {
  /** @param {number} pid */
  start(pid) {
    setInterval(() => {
      try {
        process.kill(pid, 0);
      } catch {
        process.exit(0);
      }
    }, PERIOD).unref();
  },
  /** @param {number} [code] */
  exit(code) {
    process.exit(code ?? 0);
  },
};
