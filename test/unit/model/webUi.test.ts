import { webDevicesPage, webSettingsPage } from '../../../src/model/webUi';
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';

suite('The web interface', () => {
  test('is beside the API, where the address of the API tells so', () => {
    assert.equal(webDevicesPage('https://api.foundries.io', 'a b'), 'https://app.foundries.io/factories/a%20b/devices');
    assert.equal(
      webDevicesPage('https://api.meds.example.com', 'f'),
      'https://app.meds.example.com/factories/f/devices',
    );
    for (const other of [
      'http://127.0.0.1:8080',
      'https://foundries.example.com',
      'https://api.example.com/x',
      'https://api',
      '',
    ]) {
      assert.equal(webDevicesPage(other, 'f'), undefined, other);
      assert.equal(webSettingsPage(other, 'tokens'), undefined, other);
    }
  });

  test('makes the credentials of its own server alone', () => {
    assert.equal(webSettingsPage('https://api.foundries.io', 'tokens'), 'https://app.foundries.io/settings/tokens/');
    assert.equal(
      webSettingsPage('https://api.meds.example.com', 'credentials'),
      'https://app.meds.example.com/settings/credentials/',
    );
  });
});
