// @ts-check
/* global exports */
'use strict';

/**
 * Stands in for the native log writer of VS Code, which would have to be compiled. Without one, VS Code runs but writes
 * no log files, and every output channel stays empty.
 */
const fs = require('node:fs');
const path = require('node:path');

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
let defaultLevel = 2;

class Logger {
  /**
   * @param {string} _type
   * @param {string} name
   * @param {string} file
   */
  constructor(_type, name, file) {
    this.name = name;
    this.file = file;
    this.level = defaultLevel;
    this.formatted = true;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.appendFileSync(file, '');
  }

  /**
   * @param {number} level
   * @param {string} message
   */
  write(level, message) {
    if (level < this.level) {
      return;
    }
    const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const line = this.formatted ? `${stamp} [${names[level]}] ${message}\n` : message;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      // The folder of a window that is closing may be gone: a log must not bring anything down.
    }
  }

  /** @param {string} message */
  trace(message) {
    this.write(0, message);
  }

  /** @param {string} message */
  debug(message) {
    this.write(1, message);
  }

  /** @param {string} message */
  info(message) {
    this.write(2, message);
  }

  /** @param {string} message */
  warn(message) {
    this.write(3, message);
  }

  /** @param {string} message */
  error(message) {
    this.write(4, message);
  }

  /** @param {string} message */
  critical(message) {
    this.write(5, message);
  }

  getLevel() {
    return this.level;
  }

  /** @param {number} level */
  setLevel(level) {
    this.level = level;
  }

  setPattern() {
    this.formatted = true;
  }

  clearFormatters() {
    this.formatted = false;
  }

  flush() {
    // Every line is written at once.
  }

  drop() {
    // Nothing is held.
  }
}

/**
 * @param {string} name
 * @param {string} file
 */
function createLogger(name, file) {
  return Promise.resolve(new Logger('rotating', name, file));
}

// One by one: VS Code imports them by name from an ES module, and only these assignments are seen there.
exports.version = 0;
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
exports.setFlushOn = function () {
  // Every line is written at once.
};
/** @param {number} level */
exports.setLevel = function (level) {
  defaultLevel = level;
};
