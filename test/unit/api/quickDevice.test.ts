import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { suite, test } from 'mocha';
import * as v from 'valibot';
import { deviceSchema } from '../../../src/api/devices';
import { quickDevice, quickDevices } from '../../../src/api/quickDevice';
import { parseTime } from '../../../src/model/device';

const FIELDS = [
  'factory',
  'owner',
  'created-at',
  'last-seen',
  'ostree-hash',
  'target-name',
  'current-update',
  'status',
  'up-to-date',
  'device-tags',
  'tag',
  'docker-apps',
  'network-info',
  'device-group',
  'group',
  'lmp-ver',
  'is-prod',
  'is-wave',
  'unknown',
];

/** Mostly what it should be, sometimes anything. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.string() },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, undefined) },
  { weight: 2, arbitrary: fc.array(fc.string(), { maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: fc.record({ name: fc.string(), hostname: fc.string(), local_ipv4: fc.string() }, { requiredKeys: [] }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const time = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const device = fc.record(
  {
    uuid: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, value),
    name: fc.oneof({ weight: 9, arbitrary: fc.string() }, value),
    ...Object.fromEntries(
      FIELDS.map((name) => {
        const right = /-at$|seen/.test(name)
          ? time
          : /^is-|up-to/.test(name)
            ? fc.boolean()
            : /tags$|apps$/.test(name)
              ? fc.array(fc.string(), { maxLength: 3 })
              : name === 'group' || name === 'network-info'
                ? fc.record({ name: fc.string(), hostname: fc.string() }, { requiredKeys: [] })
                : fc.string();
        return [name, fc.oneof({ weight: 30, arbitrary: right as fc.Arbitrary<unknown> }, value)];
      }),
    ),
  },
  { requiredKeys: ['uuid'] },
);

suite('Devices read quickly', () => {
  test('are what the schema makes of them; what it would refuse is left to it', () => {
    let quick = 0;
    let slow = 0;
    const check = (data: unknown) => {
      const read = quickDevice(data);
      const checked = v.safeParse(deviceSchema, data);
      if (read === undefined) {
        slow += 1;
      } else {
        quick += 1;
        assert.deepEqual(read, checked.output);
        assert.ok(checked.success);
      }
    };
    fc.assert(fc.property(device, check), { numRuns: 3000 });
    fc.assert(fc.property(fc.jsonValue(), check), { numRuns: 300 });
    assert.ok(quick > 300 && slow > 300, `${quick} and ${slow}`);
  });

  test('a list with one that is wrong is left to the schema', () => {
    const good = { uuid: 'u', name: 'n' };
    assert.equal(quickDevices([good, good])?.length, 2);
    assert.equal(quickDevices([good, { ...good, status: 5 }]), undefined);
    assert.equal(quickDevices({}), undefined);
  });
});

suite('Dates read quickly', () => {
  const slow = (text: string): number => Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? text : `${text}Z`);

  test('any time, as the service and others write it', () => {
    const written = fc
      .tuple(time, fc.constantFrom('T', ' '), fc.nat({ max: 9 }), fc.constantFrom('', 'Z', '+00:00', '+01:00', '-0330'))
      .map(([iso, separator, fraction, zone]) => {
        const digits = fraction === 0 ? '' : `.${`${iso.slice(20, 23)}456789`.slice(0, fraction)}`;
        return `${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${digits}${zone}`;
      })
      .filter((text) => /^\d{4}-/.test(text));
    fc.assert(
      fc.property(written, (text) => assert.equal(parseTime(text), Number.isNaN(slow(text)) ? undefined : slow(text))),
      { numRuns: 3000 },
    );
  });

  test('what is no date is none', () => {
    for (const text of [
      '2026-02-30T25:00:00',
      '2026-13-01T00:00:00',
      '2026-03-10T15:60:00Z',
      'x026-03-10T15:00:00',
      'soon',
    ]) {
      assert.equal(parseTime(text), undefined, text);
    }
    assert.equal(parseTime('2026-03-10T15:00:00.Z'), Number.isNaN(slow('2026-03-10T15:00:00.Z')) ? undefined : 0);
    assert.equal(parseTime('2026-03-10T15:00:00'), Date.UTC(2026, 2, 10, 15));
    assert.equal(parseTime('2026-03-10'), Date.UTC(2026, 2, 10));
  });
});
