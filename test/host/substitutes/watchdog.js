// @ts-check
/* global exports */
'use strict';

/** Stands in for the native module with which an extension host ends when the process that started it is gone. */
const PERIOD = 3_000;

/** @param {number} pid */
exports.start = function (pid) {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(0);
    }
  }, PERIOD).unref();
};

/** @param {number} [code] */
exports.exit = function (code) {
  process.exit(code ?? 0);
};
