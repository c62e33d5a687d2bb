import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { readFioctlConfig } from '../../../src/model/fioctlConfig';

// The example of docs/api.md §1.6.
const EXAMPLE = `factory: acme
clientcredentials:
  client_id: 0123abcd
  client_secret: s3cr3t
  access_token: aaaa
  refresh_token: bbbb
  token_type: Bearer
  expires_in: 604800
  created: "2026-01-02T03:04:05Z"
  url: https://app.foundries.io/oauth
server:
  insecure_skip_verify: false
  url: ""
`;

suite('The configuration of fioctl', () => {
  test('application credentials, without the tokens of the CLI', () => {
    assert.deepEqual(readFioctlConfig(EXAMPLE), {
      credential: {
        kind: 'application',
        clientId: '0123abcd',
        clientSecret: 's3cr3t',
        oauthUrl: 'https://app.foundries.io/oauth',
      },
      apiUrl: 'https://api.foundries.io',
      factory: 'acme',
      extraHeaders: false,
      insecure: false,
    });
  });

  test('a token comes before application credentials, and keys count whatever their case', () => {
    const text = `Factory: lab\nToken: tok\nServer:\n  URL: https://api.meds.example/\n  Insecure_Skip_Verify: true\n`;
    assert.deepEqual(
      readFioctlConfig(
        `${text}extraheaders:\n  x-a: b\n${EXAMPLE.slice(EXAMPLE.indexOf('client'))}`.split('server:')[0]!,
      ),
      {
        credential: { kind: 'token', token: 'tok' },
        apiUrl: 'https://api.meds.example',
        factory: 'lab',
        extraHeaders: true,
        insecure: true,
      },
    );
  });

  const odd: [string, string, object][] = [
    ['an empty file', '', { problem: 'noCredential' }],
    ['only a Factory', 'factory: acme\n', { problem: 'noCredential' }],
    ['a client without a secret', 'clientcredentials:\n  client_id: a\n', { problem: 'noCredential' }],
    ['a list', '- token: a\n', { problem: 'notSettings' }],
    ['a text', 'token\n', { problem: 'notSettings' }],
    ['no YAML', 'factory: acme\ntoken: "abc\n', { problem: 'syntax', line: 3 }],
    ['a token of digits', 'token: 12345678901234567890\n', { problem: 'wrongType', key: 'token' }],
    ['a table for a token', 'token:\n  a: b\n', { problem: 'wrongType', key: 'token' }],
    ['a text for a table', 'token: a\nserver: here\n', { problem: 'wrongType', key: 'server' }],
    [
      'a flag of text',
      'token: a\nserver:\n  insecure_skip_verify: "no"\n',
      { problem: 'wrongType', key: 'server.insecure_skip_verify' },
    ],
    ['a file address', 'token: a\nserver:\n  url: file:///etc/passwd\n', { problem: 'address', key: 'server.url' }],
    [
      'an address with a password',
      'token: a\nserver:\n  url: https://a:b@x.example\n',
      { problem: 'address', key: 'server.url' },
    ],
    ['many aliases', `token: &a [x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n`, { problem: 'notSettings' }],
  ];
  for (const [name, text, problem] of odd) {
    test(name, () => {
      assert.deepEqual(readFioctlConfig(text), problem);
    });
  }
});
