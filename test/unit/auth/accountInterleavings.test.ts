import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import { AccountStore, type Account } from '../../../src/auth/accountStore';
import { Schedule, SharedSecrets, type Fault, type WindowSecrets } from '../support/sharedSecrets';

const RUNS = Number(process.env.FOUNDRIES_RUNS ?? 250);
const OAUTH = 'https://app.foundries.io/oauth';

/** As an earlier version kept them: one whose id stays, and one whose id did not tell its server. */
const FORMER = [
  { id: 'gw/former', apiUrl: 'https://gw' },
  { id: 'gw/staging', apiUrl: 'https://gw/staging' },
];
/** Ids that they have now. */
const FORMER_IDS = ['gw/former', 'https_staging@gw/staging'];
const IDS = ['gw/ada', 'gw/bo', ...FORMER_IDS];

type Kind = 'signIn' | 'signOut' | 'renew' | 'setFactory' | 'settle' | 'restart';

interface Step {
  readonly kind: Kind;
  readonly window: 0 | 1;
  readonly id: string;
}

interface Plan {
  readonly steps: readonly Step[];
  readonly copies: boolean;
  readonly listing: boolean;
  /** Whether accounts of an earlier version are there at first. */
  readonly former: boolean;
  /** Whether both windows have read the accounts before anything is done. */
  readonly beginsRead: boolean;
  /** Whether some wait long while others go on. */
  readonly isUnfair: boolean;
  /** Accesses that fail, and how. */
  readonly faults: readonly (readonly [at: number, Fault])[];
  readonly choices: Iterator<number>;
}

/** When a sign-in or sign-out began and ended; `Infinity`: it was not seen to end. */
interface Done {
  readonly kind: 'signIn' | 'signOut';
  readonly id: string;
  readonly began: number;
  ended: number;
  ok: boolean;
}

const plan = fc.record<Plan>({
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom<Kind[]>(
        'signIn',
        'signIn',
        'signOut',
        'signOut',
        'renew',
        'renew',
        'setFactory',
        'settle',
        'restart',
      ),
      window: fc.constantFrom(0 as const, 1 as const),
      id: fc.constantFrom(...IDS),
    }),
    { minLength: 2, maxLength: 9 },
  ),
  copies: fc.boolean(),
  listing: fc.boolean(),
  former: fc.boolean(),
  beginsRead: fc.boolean(),
  isUnfair: fc.boolean(),
  faults: fc.array(fc.tuple(fc.nat({ max: 120 }), fc.constantFrom<Fault[]>('before', 'after')), { maxLength: 3 }),
  choices: fc.infiniteStream(fc.nat({ max: 1_000_000 })),
});

/** Two windows over one storage. */
class Windows {
  readonly schedule = new Schedule();
  readonly values = new Map<string, string>();
  readonly done: Done[] = [];
  private readonly shared: SharedSecrets;
  private readonly handles: WindowSecrets[];
  private readonly stores: AccountStore[];
  /** Only one may end: what a window was told of is then known to the other one. */
  private restarting: 0 | 1 | undefined;
  private accesses = 0;
  private signIns = 0;
  private failing = true;

  constructor(private readonly plan: Plan) {
    const faults = new Map(plan.faults);
    this.shared = new SharedSecrets({
      schedule: this.schedule,
      values: this.values,
      copies: plan.copies,
      listing: plan.listing,
      fault: () => (this.failing ? faults.get(this.accesses++) : undefined),
    });
    if (plan.former) {
      this.keepFormer();
    }
    this.handles = [this.shared.open(), this.shared.open()];
    this.stores = this.handles.map((handle) => new AccountStore(handle));
  }

  get ids(): string[][] {
    return this.stores.map(({ accounts }) => accounts.map(({ id }) => id).sort());
  }

  /** Begins the steps, each while those before are still going on, and lets everything come to an end. */
  async run(): Promise<void> {
    for (const store of this.stores) {
      store.ready().catch(() => undefined);
    }
    if (this.plan.beginsRead) {
      await this.rest();
    }
    const begin = async () => {
      for (const step of this.plan.steps) {
        await this.schedule.turn();
        void this.take(step);
      }
    };
    void begin();
    await this.rest();
    this.failing = false;
    for (const store of this.stores) {
      store.ready().catch(() => undefined);
      void store.settle();
    }
    await this.rest();
  }

  /** Reads something while nothing else goes on. */
  async read<T>(window: number, look: (store: AccountStore) => Promise<T>): Promise<T> {
    let result: T | undefined;
    void look(this.stores[window]!).then((value) => {
      result = value;
    });
    await this.rest();
    return result as T;
  }

  private rest(): Promise<void> {
    return this.schedule.run((count) => {
      const choice = this.plan.choices.next().value as number;
      // What was begun last goes on while all else waits, for long.
      return this.plan.isUnfair && choice % 8 > 0 ? count - 1 : Math.floor(choice / 8) % count;
    });
  }

  private async take({ kind, window, id }: Step): Promise<void> {
    const store = this.stores[window]!;
    switch (kind) {
      case 'signIn':
        return this.note(kind, id, () => {
          this.signIns += 1;
          return store.add(accountOf(id), { clientId: id, clientSecret: `secret ${this.signIns}` });
        });
      case 'signOut':
        // Nobody signs out of what they do not see.
        return store.accounts.some((account) => account.id === id)
          ? this.note(kind, id, () => store.remove(id))
          : undefined;
      case 'renew':
        return this.renew(store, id).catch(() => undefined);
      case 'setFactory':
        return store.setFactory(id, 'lab').catch(() => undefined);
      case 'settle':
        return store.settle();
      case 'restart':
        if ((this.restarting ??= window) === window) {
          this.shared.end(this.handles[window]!);
          store.dispose();
          this.handles[window] = this.shared.open();
          this.stores[window] = new AccountStore(this.handles[window]);
          await this.stores[window].ready().catch(() => undefined);
        }
    }
  }

  /** As a request does that finds its access token gone. */
  private async renew(store: AccountStore, id: string): Promise<void> {
    const credential = await store.credential(id);
    if (typeof credential === 'object') {
      await this.schedule.turn();
      await store.keepToken(id, { token: `got with ${credential.clientSecret}` }, { ...credential, url: OAUTH });
    }
  }

  private async note(kind: Done['kind'], id: string, act: () => Promise<void>): Promise<void> {
    const done: Done = { kind, id, began: this.schedule.time, ended: Infinity, ok: false };
    this.done.push(done);
    try {
      await act();
      done.ok = true;
    } catch {
      // It was told; what came of it is seen at the end.
    }
    done.ended = this.schedule.time;
  }

  private keepFormer(): void {
    const accounts = FORMER.map((one) => ({ ...accountOf(one.id), ...one }));
    this.values.set('foundries.accounts', JSON.stringify({ accounts }));
    for (const { id } of accounts) {
      this.values.set(`foundries.token.${id}`, JSON.stringify({ clientId: id, clientSecret: 'former' }));
      this.values.set(`foundries.access.${id}`, JSON.stringify({ token: 'got with former' }));
    }
    FORMER_IDS.forEach((id) => this.done.push({ kind: 'signIn', id, began: -1, ended: -1, ok: true }));
  }
}

const accountOf = (id: string): Account => ({
  id,
  label: id,
  apiUrl: id.startsWith('https_staging') ? 'https://gw/staging' : 'https://gw',
  factory: 'acme',
  factories: ['acme', 'lab'],
  oauthUrl: OAUTH,
});

/** @returns ids that secrets of a kind are of */
const idsIn = (values: ReadonlyMap<string, string>, kind: string): string[] =>
  [...values.keys()].flatMap((key) =>
    key.startsWith(`foundries.${kind}.`) ? [key.slice(`foundries.${kind}.`.length)] : [],
  );

/** @returns what has to be there at the end, or not; undefined where it depends on who was faster, or something failed */
function fate(id: string, done: readonly Done[]): 'there' | 'gone' | undefined {
  const mine = done.filter((one) => one.id === id);
  const signIns = mine.filter(({ kind }) => kind === 'signIn');
  const signOuts = mine.filter(({ kind }) => kind === 'signOut');
  if (signIns.some((last) => last.ok && signOuts.every(({ ended }) => ended < last.began))) {
    return 'there';
  }
  return signIns.length === 0 || signOuts.some((last) => last.ok && signIns.every(({ ended }) => ended < last.began))
    ? 'gone'
    : undefined;
}

async function check(windows: Windows, { copies }: Plan): Promise<void> {
  const { values, done } = windows;
  const former = JSON.parse(values.get('foundries.accounts') ?? '{"accounts":[]}') as { accounts: { id: string }[] };
  const formerIds = former.accounts.map(({ id }) => FORMER_IDS[FORMER.findIndex((one) => one.id === id)]!);
  const records = idsIn(values, 'account');
  const there = [...records, ...formerIds].sort();
  assert.deepEqual(windows.ids, [there, there], 'both windows show the accounts that there are');
  for (const id of IDS) {
    const expected = copies ? undefined : fate(id, done);
    assert.ok(
      expected === undefined || there.includes(id) === (expected === 'there'),
      `${id} should be ${expected ?? ''}`,
    );
  }
  assert.deepEqual(idsIn(values, 'token').sort(), former.accounts.map(({ id }) => id).sort(), 'former credentials');
  assert.deepEqual(
    idsIn(values, 'access').filter((id) => !there.includes(id)),
    [],
    'an access token without an account',
  );
  const list = JSON.parse(values.get('foundries.accountList') ?? '[]') as { id: string }[];
  const unlisted = records.filter((id) => !list.some((line) => line.id === id));
  assert.deepEqual(unlisted, [], 'not in the list');
  assert.deepEqual(
    list.filter(({ id }) => !there.includes(id)),
    [],
    'in the list, but gone',
  );
  for (const window of [0, 1]) {
    for (const id of there) {
      const credential = await windows.read(window, (store) => store.credential(id));
      const kept = await windows.read(window, (store) => store.keptToken(id));
      assert.ok(typeof credential === 'object');
      const { token } = JSON.parse(values.get(`foundries.access.${id}`) ?? '{}') as { token?: string };
      const good = [undefined, `got with ${credential.clientSecret}`];
      assert.ok(good.includes(token) && good.includes(kept?.token), 'a token of another credential');
    }
  }
}

const run = async (one: Plan): Promise<void> => {
  const windows = new Windows(one);
  await windows.run();
  await check(windows, one);
};

suite('Two windows that sign in and out at the same time', function () {
  this.timeout(60_000 + RUNS * 400);

  test('lose no account, bring none back, and leave no secret behind', async () => {
    await fc.assert(fc.asyncProperty(plan, run), { numRuns: RUNS });
  });

  const step = (kind: Kind, window: 0 | 1, id = 'gw/ada'): Step => ({ kind, window, id });
  const [former = '', rekeyed = ''] = FORMER_IDS;
  for (const [which, listing] of [
    ['newer VS Code, where secrets can be listed', true],
    ['the oldest VS Code, where they cannot', false],
  ] as const) {
    for (const [what, ...ids] of [
      ['two accounts', 'gw/ada', 'gw/bo'],
      ['the same account', 'gw/ada', 'gw/ada'],
      ['an account of an earlier version and a new one', former, 'gw/ada'],
    ] as readonly (readonly [what: string, ...ids: string[]])[]) {
      test(`keep ${what} that are signed in to at once, in ${which}`, async () => {
        const steps = ids.map((id, at) => step('signIn', at === 0 ? 0 : 1, id));
        const exact = plan.map((one) => ({ ...one, steps, listing, former: ids.includes(former), faults: [] }));
        await fc.assert(
          fc.asyncProperty(exact, async (one) => {
            const windows = new Windows(one);
            await windows.run();
            assert.ok(
              ids.every((id) => windows.ids.every((known) => known.includes(id))),
              JSON.stringify(windows.ids),
            );
            assert.ok(windows.done.every(({ ok }) => ok));
            await check(windows, one);
          }),
          { numRuns: RUNS },
        );
      });
    }
  }

  const narrow: readonly (readonly [what: string, ...steps: Step[]])[] = [
    ['sign in, and one ends at once', step('signIn', 0), step('signIn', 1, 'gw/bo'), step('restart', 0)],
    ['sign in, and one shows another Factory', step('signIn', 0), step('signIn', 1, 'gw/bo'), step('setFactory', 0)],
    ['sign in to the same account, and out', step('signIn', 0), step('signIn', 1), step('signOut', 1)],
    [
      'sign out while tokens are exchanged',
      step('renew', 0, former),
      step('renew', 1, former),
      step('signOut', 1, former),
    ],
    [
      'sign out while the other one exchanges a token, and ends',
      step('renew', 0, former),
      step('signOut', 1, former),
      step('restart', 0),
    ],
    [
      'sign in anew while tokens are exchanged',
      step('renew', 0, rekeyed),
      step('signIn', 1, rekeyed),
      step('renew', 1, rekeyed),
    ],
    [
      'sign out of accounts of an earlier version',
      step('signOut', 0, former),
      step('signOut', 1, rekeyed),
      step('restart', 0),
    ],
  ];
  for (const [what, ...steps] of narrow) {
    test(what, async () => {
      const near = fc.tuple(fc.nat({ max: 60 }), fc.constantFrom<Fault[]>('before', 'after'));
      const exact = fc
        .tuple(plan, fc.array(near, { maxLength: 4 }))
        .map(([one, faults]) => ({ ...one, steps, faults, former: steps.some(({ id }) => FORMER_IDS.includes(id)) }));
      await fc.assert(fc.asyncProperty(exact, run), { numRuns: RUNS });
    });
  }
});
