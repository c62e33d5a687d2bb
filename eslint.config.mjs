// @ts-check
import js from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Modules that must stay free of VS Code, so that they can be tested and reused without it. */
const pureLayers = ['src/api/**/*.ts', 'src/model/**/*.ts', 'src/store/**/*.ts', 'src/demo/**/*.ts'];

const noVscode = { name: 'vscode', message: 'This layer is pure: keep VS Code in views, commands, auth and configfs.' };

const REAL_TIME =
  'Wait for a condition (test/support/until.ts), or advance a clock (VirtualClock, VirtualTime); real time passes in test/support/clock.ts alone.';
/** A call takes about 100 000 arguments, and servers send longer lists. */
const spreads = [
  {
    selector: 'CallExpression[callee.object.name="Math"] > SpreadElement',
    message: 'A long list ends the call: use greatest() of model/greatest.ts, or a loop.',
  },
  {
    selector:
      'CallExpression[callee.property.name=/^(push|unshift|splice|fromCharCode|fromCodePoint)$/] > SpreadElement',
    message: 'A long list ends the call: add its items in a loop, or make a new list.',
  },
];

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', '.vscode-test', 'coverage', 'test/host/vscode'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
    },
  },
  {
    // VS Code makes links of what stands there, also of those that run a command. Tests answer in place of the window.
    files: ['src/**/*.ts'],
    ignores: ['src/demo/**', 'src/ui/messages.ts', 'src/ui/askChecked.ts', 'src/ui/picks.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'Identifier[name=/^(show(Information|Warning|Error)Message|(show|create)InputBox|withProgress|setStatusBarMessage)$/]',
          message: 'VS Code reads links and commands in these texts: go through ui/messages.ts, which cleans them.',
        },
        {
          selector: 'MemberExpression > Identifier[name=showQuickPick]',
          message: 'A tree that is drawn anew in that moment would close it: go through ui/picks.ts.',
        },
        ...spreads,
      ],
    },
  },
  {
    // Texts of servers, devices, files and users: a search whose time grows faster than they do would block the window.
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      // A sticky expression is tried at one place alone.
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false, ignoreSticky: true }],
    },
  },
  {
    files: ['src/ui/messages.ts', 'src/ui/askChecked.ts', 'src/ui/picks.ts'],
    rules: { 'no-restricted-syntax': ['error', ...spreads] },
  },
  { files: pureLayers, rules: { 'no-restricted-imports': ['error', { paths: [noVscode] }] } },
  {
    // The emulator and the client must not be wrong together: types may be shared, code may not.
    files: ['src/demo/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [noVscode],
          patterns: [{ group: ['**/api/*', '**/model/*', '**/store/*'], allowTypeImports: true }],
        },
      ],
    },
  },
  {
    files: ['src/api/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noVscode], patterns: ['**/store/*', '**/views/*'] }] },
  },
  {
    files: ['src/model/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [noVscode], patterns: [{ group: ['**/api/*', '**/store/*', '**/views/*'], allowTypeImports: true }] },
      ],
    },
  },
  {
    files: ['src/demo/cli.ts', 'test/**/*.ts'],
    rules: {
      'no-console': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    // A test waits for a condition, or lets time pass itself; one that needs a second try has failed.
    files: ['test/**/*.ts'],
    ignores: ['test/support/clock.ts', ...['test/e2e/**', 'test/sheet/**', 'test/integration/**']],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: REAL_TIME },
        { name: 'setInterval', message: REAL_TIME },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['timers', 'node:timers', 'timers/promises', 'node:timers/promises'].map((name) => ({
            name,
            message: REAL_TIME,
          })),
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression > MemberExpression.callee > Identifier[name=/^(setTimeout|setInterval|waitForTimeout)$/]',
          message: REAL_TIME,
        },
        {
          selector: 'CallExpression > MemberExpression.callee > Identifier[name=retries]',
          message: 'A test that needs a second try has failed: mend it.',
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        document: 'readonly',
        window: 'readonly',
      },
    },
  },
);
