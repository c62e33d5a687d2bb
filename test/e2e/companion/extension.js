// @ts-check
'use strict';

/**
 * An extension that only the VS Code of the end-to-end tests has. At a key it does what the order in a file says: closes editors,
 * changes settings, signs out. A person could do all of that in the window, in a hundred times the time.
 */
const fs = require('node:fs');
const vscode = require('vscode');

/**
 * @typedef {object} Order
 * @property {number} number of the order; one that was carried out is not carried out again
 * @property {string} settingsFile of the user
 * @property {Record<string, unknown>} settings all that the user is to have
 * @property {boolean} signOut whether to close all editors, unsaved ones too, and to sign out
 */

/** Where the order is; the answer comes beside it. */
const file = process.env['FOUNDRIES_TEST_ORDER'] ?? '';
const ROUNDS = 3;
let last = 0;

/** @param {vscode.ExtensionContext} context */
function activate(context) {
  context.subscriptions.push(vscode.commands.registerCommand('foundriesTests.prepare', carryOut));
}

async function carryOut() {
  /** @type {Order} */
  const order = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (order.number === last) {
    return;
  }
  last = order.number;
  let error = '';
  try {
    if (order.signOut) {
      await closeEditors();
      await signOut();
      await run('foundries.clearDeviceFilter', 'foundries.clearTargetFilter', 'notifications.clearAll');
      await run('workbench.action.closePanel', 'workbench.action.closeAuxiliaryBar', 'workbench.action.focusSideBar');
    }
    await applySettings(order);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  fs.writeFileSync(`${file}.tmp`, JSON.stringify({ number: order.number, error }));
  fs.renameSync(`${file}.tmp`, `${file}.done`);
}

/** @param {string[]} commands */
async function run(...commands) {
  for (const command of commands) {
    await vscode.commands.executeCommand(command);
  }
}

const openTabs = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);

async function closeEditors() {
  const clean = openTabs().filter(({ isDirty }) => !isDirty);
  if (clean.length > 0) {
    await vscode.window.tabGroups.close(clean, true);
  }
  for (let left = openTabs().length; left > 0; left--) {
    await run('workbench.action.focusFirstEditorGroup', 'workbench.action.revertAndCloseActiveEditor');
  }
  if (openTabs().length > 0) {
    throw new Error(
      `These editors stay open: ${openTabs()
        .map(({ label }) => label)
        .join()}`,
    );
  }
}

/** The question that comes of it is answered in the window. */
async function signOut() {
  await run('foundries.leaveDemo');
  const accounts = async () => (await vscode.authentication.getAccounts('foundries')).length;
  for (let left = await accounts(); left > 0; left--) {
    await run('foundries.signOut');
  }
  if ((await accounts()) > 0) {
    throw new Error('Somebody is still signed in.');
  }
}

/** @param {Order} order */
async function applySettings({ settingsFile, settings }) {
  const same = (/** @type {unknown} */ a, /** @type {unknown} */ b) => JSON.stringify(a) === JSON.stringify(b);
  // What this window knows of the file is old where another window has changed it; after one change it knows.
  for (let round = 0, changed = true; changed && round < ROUNDS; round++) {
    changed = false;
    const written = JSON.parse(fs.readFileSync(settingsFile, 'utf8'));
    for (const key of new Set([...Object.keys(written), ...Object.keys(settings)])) {
      const known = vscode.workspace.getConfiguration().inspect(key)?.globalValue;
      if (!same(written[key], settings[key]) || !same(known, settings[key])) {
        await vscode.workspace.getConfiguration().update(key, settings[key], vscode.ConfigurationTarget.Global);
        changed = true;
      }
    }
  }
}

module.exports = { activate };
