/** Runs every operation and every flow under every fault. */
import type { Flow } from '../flows/flow';
import { FAULTS, type Fault, type FaultName } from '../faults';
import { OPERATIONS, type Operation } from '../operations';
import { requestsOf, seenOf, wrongKind, wrongRequests, wrongWords, type Seen } from './cells';
import type { Hosts } from './hosts';
import { limited } from './limited';
import { inWindow } from './vscode';
import { Worlds, type Hit } from './world';

export interface Cell {
  readonly row: string;
  readonly fault: string;
  readonly seen: Seen;
  readonly requests: string;
  /** What must not be, each with where it is. */
  readonly wrong: readonly string[];
}

export interface FlowCell extends Cell {
  readonly hit: Hit;
  /** What is left of the user's work; `''` where there is none to lose. */
  readonly kept: string;
  /** Whether the change is in force; undefined for a flow that changes nothing. */
  readonly done: boolean | undefined;
}

const NONE: Fault = { name: 'no fault', kinds: [] };

export class Matrix {
  private readonly worlds: Worlds;
  private readonly cells = new Map<string, Promise<unknown>>();
  private readonly inTurn = limited(8);

  constructor(private readonly hosts: Hosts) {
    this.worlds = new Worlds(hosts);
  }

  close(): Promise<void> {
    return this.worlds.close();
  }

  /** @returns what fails without any fault */
  async unharmed(): Promise<string[]> {
    const failed = await Promise.all(
      this.names.map(async (name) => {
        const { wrong, seen } = await this.operationCell(name, NONE);
        return seen.message === 'ok' ? wrong : [`${name}: ${seen.message}`];
      }),
    );
    return failed.flat();
  }

  operation(name: keyof typeof OPERATIONS): Promise<readonly Cell[]> {
    return this.once(`operation ${name}`, () =>
      Promise.all(FAULTS.map((fault) => this.inTurn(() => this.operationCell(name, fault)))),
    );
  }

  async operations(): Promise<readonly Cell[]> {
    return (await Promise.all(this.names.map((name) => this.operation(name)))).flat();
  }

  flow(flow: Flow): Promise<readonly FlowCell[]> {
    const hits: readonly Hit[] = flow.does === 'write' ? ['all', 'writes', 'onward'] : ['all'];
    return this.once(`flow ${flow.title}`, () =>
      Promise.all(
        hits.flatMap((hit) =>
          FAULTS.filter((fault) => hit !== 'onward' || leavesOpen(fault)).map((fault) =>
            this.inTurn(() => this.flowCell(flow, fault, hit)),
          ),
        ),
      ),
    );
  }

  async flows(flows: readonly Flow[]): Promise<readonly FlowCell[]> {
    return (await Promise.all(flows.map((flow) => this.flow(flow)))).flat();
  }

  private get names() {
    return Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];
  }

  private once<T>(key: string, run: () => Promise<T>): Promise<T> {
    let running = this.cells.get(key) as Promise<T> | undefined;
    if (running === undefined) {
      running = run();
      this.cells.set(key, running);
    }
    return running;
  }

  private operationCell(name: keyof typeof OPERATIONS, fault: Fault): Promise<Cell> {
    const row: Operation = OPERATIONS[name];
    return this.worlds.use(fault, true, (world) =>
      inWindow.run(world, async () => {
        const act = await row.prepare(world);
        world.arm('all');
        const error = await failureOf(() => act(world.client));
        await world.transport.quiet();
        world.disarm();
        const seen = seenOf(error, world, this.hosts);
        const mayPass =
          fault.kinds.length === 0 ||
          (fault.spoilsAnswer === true && row.needs !== 'json') ||
          row.survives?.includes(fault.name as FaultName) === true;
        const wrong = [
          ...wrongKind(error, fault, row.kinds),
          ...wrongWords(error, seen, world),
          ...wrongRequests(world, this.hosts),
          ...(error === undefined && !mayPass ? ['it is said to have succeeded'] : []),
          ...(error !== undefined && fault.kinds.length === 0 ? ['it failed'] : []),
          ...(row.does === 'write' && world.calls.length > 1 ? ['a write was sent more than once'] : []),
          ...(world.calls.length > 9 ? [`${world.calls.length} requests`] : []),
        ].map((what) => `${name}, ${fault.name}: ${what}`);
        return { row: name, fault: fault.name, seen, requests: requestsOf(world), wrong };
      }),
    );
  }

  private flowCell(flow: Flow, fault: Fault, hit: Hit): Promise<FlowCell> {
    // What HTTP makes of a fault show the operations: flows need it only where a connection is what fails.
    return this.worlds.use(fault, fault.breaksConnection === true, (world) =>
      inWindow.run(world, async () => {
        const begun = await flow.begin(world);
        world.arm(hit);
        const error = await failureOf(() => begun.act());
        await world.transport.quiet();
        const requests = requestsOf(world);
        world.disarm();
        const seen = seenOf(error, world, this.hosts);
        const done = await begun.done?.();
        const kept = begun.kept?.(error === undefined);
        const wrong = [
          ...wrongKind(error, fault),
          ...wrongWords(error, seen, world),
          ...wrongRequests(world, this.hosts),
          ...(kept?.lost === true ? [`lost: ${kept.what}`] : []),
          ...this.untrue(flow, fault, error, seen, done),
        ].map((what) => `${flow.title} (${hit}), ${fault.name}: ${what}`);
        return { row: flow.title, hit, fault: fault.name, seen, requests, kept: kept?.what ?? '', done, wrong };
      }),
    );
  }

  /** What the user is told against what is so. */
  private untrue(flow: Flow, fault: Fault, error: unknown, seen: Seen, done: boolean | undefined): string[] {
    if (error === undefined) {
      return done === false
        ? ['it is said to be done, and is not']
        : done === undefined && fault.kinds.length > 0 && !flow.survives?.includes(fault.name as FaultName)
          ? ['nothing is said to have failed']
          : [];
    }
    if (fault.kinds.length === 0) {
      return [`it failed: ${seen.message}`];
    }
    return done === true && !seen.message.includes('not known')
      ? [`it is said to have failed, and is done: ${seen.message}`]
      : [];
  }
}

/** Whether nobody knows after it if a write was done: then there is a look at it, which may fail too. */
const leavesOpen = ({ kinds }: Fault): boolean =>
  kinds.some((kind) => ['network', 'timeout', 'server', 'unexpected', 'tooLarge'].includes(kind));

async function failureOf(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
}
