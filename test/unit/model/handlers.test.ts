import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { isHandlerRun } from '../../../src/model/config';
import { formatCommandLine, parseCommandLine } from '../../../src/model/handlers';

suite('Handlers', () => {
  test('a command line is split as a shell splits it', () => {
    assert.deepEqual(parseCommandLine('/bin/a  b\tc'), ['/bin/a', 'b', 'c']);
    assert.deepEqual(parseCommandLine(` "/bin/a b" 'c "d"' e\\ f "" g"h"'i' `), [
      '/bin/a b',
      'c "d"',
      'e f',
      '',
      'ghi',
    ]);
    assert.deepEqual(parseCommandLine('/bin/sh -c "echo \\"$X\\""'), ['/bin/sh', '-c', 'echo "$X"']);
  });

  test('what is no command line is refused with the reason', () => {
    assert.equal(parseCommandLine('  '), 'empty');
    assert.equal(parseCommandLine("'' x"), 'empty');
    assert.equal(parseCommandLine('/bin/a "b'), 'openQuote');
    assert.equal(parseCommandLine("/bin/a it's"), 'openQuote');
    assert.equal(parseCommandLine('/bin/a \\'), 'openEscape');
  });

  test('what is shown is split into the same parts again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (program, rest) => {
        assert.deepEqual(parseCommandLine(formatCommandLine([program, ...rest])), [program, ...rest]);
      }),
    );
  });

  test('a device runs handlers of its folder only, by the cleaned path', () => {
    const run = (program: string) => isHandlerRun([program]);
    assert.equal(run('/usr/share/fioconfig/handlers/renew-client-cert'), true);
    assert.equal(run('/usr/share/fioconfig/./handlers//x'), true);
    assert.equal(run('/usr/share/fioconfig/handlers/../../x'), false);
    assert.equal(run('/usr/share/fioconfig/handlers'), false);
    assert.equal(run('/usr/bin/touch'), false);
    assert.equal(run('renew-client-cert'), false);
    assert.equal(isHandlerRun([]), false);
  });
});
