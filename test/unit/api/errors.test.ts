import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import {
  FactoryError,
  kindOfStatus,
  readErrorBody,
  type FailureDetails,
  type FailureKind,
} from '../../../src/api/errors';

suite('Error bodies', () => {
  const cases: [string, string, { message: string; details?: string[] }][] = [
    ['message', '{"message":"Device(foo) does not exist"}', { message: 'Device(foo) does not exist' }],
    ['msg wins over message', '{"message":"b","msg":"a"}', { message: 'a' }],
    [
      'errors as a list',
      '{"msg":"Invalid configuration","errors":["files[0].name: missing","x"]}',
      { message: 'Invalid configuration', details: ['files[0].name: missing', 'x'] },
    ],
    [
      'errors as a map',
      '{"errors":{"limit":"The value 7 is no choice"},"message":"Input payload validation failed"}',
      { message: 'Input payload validation failed', details: ['limit: The value 7 is no choice'] },
    ],
    [
      'bare JSON string',
      '"Credential used must include one of these scopes: a:b"',
      {
        message: 'Credential used must include one of these scopes: a:b',
      },
    ],
    ['CI', '{"status":"error","message":"Not Found"}', { message: 'Not Found' }],
    ['CI with data', '{"status":"error","data":{"message":"Run in progress"}}', { message: 'Run in progress' }],
    [
      'the user service inside a string',
      '{"Polis Error":"{\\"error\\":\\"not_found\\",\\"error_description\\":\\"Cannot find a user\\",\\"status\\":404}"}',
      { message: 'Cannot find a user' },
    ],
    ['OAuth', '{"error":"invalid_grant","error_description":"No such grant"}', { message: 'No such grant' }],
    [
      'HTML: the title',
      '<html><head><title>413 Request Entity Too Large</title></head></html>',
      {
        message: '413 Request Entity Too Large',
      },
    ],
    ['HTML without a title', '<html><body>oops</body></html>', { message: '' }],
    ['plain text', 'Method not allowed\n', { message: 'Method not allowed' }],
    ['nothing', '', { message: '' }],
    ['null', 'null', { message: '' }],
    ['a list', '[1]', { message: '' }],
    ['a message of the wrong type', '{"message":{"a":1}}', { message: '' }],
    ['terminal escapes', '"\\u001b[31mred\\u001b[0m"', { message: '[31mred [0m' }],
    ['text that runs backwards', '"a\\u202egpj.exe"', { message: 'a gpj.exe' }],
  ];
  for (const [name, body, expected] of cases) {
    test(name, () => {
      assert.deepEqual(readErrorBody(body), { details: [], ...expected });
    });
  }

  test('an error of the database behind a 500 is not shown', () => {
    const body = '{"status":"error","data":{"message":"An unexpected error","error_msg":"SELECT * FROM users"}}';
    assert.equal(JSON.stringify(readErrorBody(body)).includes('SELECT'), false);
  });

  test('long texts are cut', () => {
    assert.equal(readErrorBody(JSON.stringify('x'.repeat(5000))).message.length, 300);
  });
});

suite('Kinds of failure', () => {
  for (const [status, kind] of [
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'notFound'],
    [409, 'conflict'],
    [413, 'tooLarge'],
    [429, 'rateLimited'],
    [500, 'server'],
    [503, 'server'],
    [206, 'unexpected'],
  ] as const) {
    test(`${status} is ${kind}`, () => {
      assert.equal(kindOfStatus(status), kind);
    });
  }
});

suite('Failures of writes', () => {
  const open: [FailureKind, Partial<FailureDetails>, boolean][] = [
    ['network', { code: 'ECONNRESET' }, true],
    ['network', {}, true],
    ['network', { code: 'ECONNREFUSED' }, false],
    ['network', { code: 'ENOTFOUND' }, false],
    ['tooLarge', { status: 200 }, true],
    ['tooLarge', { status: 413 }, false],
    ['server', { status: 502 }, true],
    ['conflict', { status: 409 }, false],
  ];
  for (const [kind, info, isOpen] of open) {
    test(`after ${kind} ${JSON.stringify(info)} it ${isOpen ? 'may be' : 'is not'} done`, () => {
      assert.equal(new FactoryError(kind, { request: 'PATCH /', host: 'h', ...info }).outcomeUnknown, isOpen);
    });
  }
});
