import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { readReason } from '../../../src/model/buildReason';

const SHA = '2c712b3a1b272afae5fa9b09811f41c744fca29c';
const URL = 'https://source.foundries.io/factories/acme/containers.git';

/** What the poller writes: indented JSON, then whatever the git server told. */
function polled(rest: string, more: object = {}): string {
  const parameters = {
    GIT_REF: 'refs/heads/main',
    GIT_URL: URL,
    GIT_OLD_SHA: '5d04615be9ce559005971f76fc560f4b3fc3c26b',
    GIT_SHA: SHA,
    ...more,
  };
  return `${JSON.stringify(parameters, null, 2)}${rest}`;
}

suite('The reason of a build (docs/api.md §2.7.5)', () => {
  test('three commits: the title of the one that was built, and all of them', () => {
    const reason = readReason(
      polled('\n2c712b3 shellhttpd: Fix port (#12) <b>\nc231aca Second, with ümlauts\n1a65498 First of three\n'),
    );
    assert.deepEqual(reason, {
      gitUrl: URL,
      branch: 'main',
      sha: SHA,
      commits: [
        { sha: '2c712b3', title: 'shellhttpd: Fix port (#12) <b>' },
        { sha: 'c231aca', title: 'Second, with ümlauts' },
        { sha: '1a65498', title: 'First of three' },
      ],
      subject: 'shellhttpd: Fix port (#12) <b>',
      message: '2c712b3 shellhttpd: Fix port (#12) <b>\nc231aca Second, with ümlauts\n1a65498 First of three',
    });
  });

  test('the commit that was built is not the first one', () => {
    assert.equal(readReason(polled('\nc231aca Newer\n2c712b3 Built\n')).subject, 'Built');
  });

  test('none of the commits is the one that was built: the newest', () => {
    assert.equal(readReason(polled('\nc231aca Newer\n1a65498 Older\n')).subject, 'Newer');
  });

  test('a commit without a title, and one with a line separator in it, hide no other', () => {
    const { subject, commits } = readReason(polled('\n2c712b3 One\u2028line\nc231aca \n1a65498 First\n'));
    assert.equal(subject, 'One\u2028line');
    assert.deepEqual(
      commits.map(({ title }) => title),
      ['One\u2028line', '', 'First'],
    );
    assert.equal(readReason(polled('\n2c712b3 \nc231aca Older\n')).subject, 'main 2c712b3');
  });

  test('GitLab tells eight characters of a hash', () => {
    assert.equal(readReason(polled('\n2c712b3a Built\n')).subject, 'Built');
  });

  for (const [what, rest, message] of [
    ['nothing', '', ''],
    ['an empty line', '\n', ''],
    [
      'a refusal',
      `\nUnable to get cgit atom feed for(${URL}/atom): 401 `,
      `Unable to get cgit atom feed for(${URL}/atom): 401`,
    ],
    [
      'a refusal with a page',
      `\nUnable to get github log(${URL}): 500 <html>\n<body>2c712b3</body>`,
      `Unable to get github log(${URL}): 500 <html>\n<body>2c712b3</body>`,
    ],
    ['no connection', `\nUnable to get ${URL}\ntimed out`, `Unable to get ${URL}\ntimed out`],
  ] as const) {
    test(`the git server told ${what}: branch and commit stand for it`, () => {
      const reason = readReason(polled(rest));
      assert.equal(reason.subject, 'main 2c712b3');
      assert.deepEqual(reason.commits, []);
      assert.equal(reason.message, message);
    });
  }

  test('other line ends', () => {
    const reason = readReason(polled('\n2c712b3 Built\n').replaceAll('\n', '\r\n'));
    assert.deepEqual([reason.subject, reason.branch, reason.sha], ['Built', 'main', SHA]);
  });

  test('values of other types are left out', () => {
    const reason = readReason(polled('\n2c712b3 Built\n', { GIT_REF: 7, GIT_URL: null }));
    assert.deepEqual([reason.subject, reason.branch, reason.gitUrl, reason.sha], ['Built', '', '', SHA]);
  });

  for (const text of [
    'GitHub PR(7): pull_request, https://github.com/acme/containers/pull/7',
    'GitLab MR: https://gitlab.com/acme/containers/-/merge_requests/3',
    'Update targets',
  ]) {
    test(`${text}: as it is`, () => {
      const { subject, message, sha } = readReason(text);
      assert.deepEqual([subject, message, sha], [text, text, '']);
    });
  }

  test('what only looks like JSON is shown whole, in one line', () => {
    assert.equal(readReason('{\n  "GIT_REF": oops\n}\nand more').subject, '{ "GIT_REF": oops } and more');
    assert.equal(readReason('{\n  "GIT_REF": "refs/he').subject, '{ "GIT_REF": "refs/he');
  });

  test('the older form', () => {
    const { subject, branch, sha } = readReason(
      'GIT_URL=x\nGIT_REF=refs/heads/main\nGIT_SHA=d9a0\n\nadd: x\n\nbecause',
    );
    assert.deepEqual([subject, branch, sha], ['add: x', 'main', 'd9a0']);
  });

  test('nothing at all', () => {
    assert.deepEqual(readReason(''), {
      gitUrl: '',
      branch: '',
      sha: '',
      commits: [],
      subject: '',
      message: '',
    });
  });
});
