import type { FactoryClient } from '../api/client';
import { LastUsed } from '../model/lastUsed';
import type { Wave, WaveStatus, WaveTarget } from '../model/waves';
import { Emitter } from './emitter';
import { FetchedList, type Fetched } from './fetchedList';

interface Waves {
  /** Newest first. */
  readonly waves: readonly Wave[];
  readonly total: number;
  readonly hasMore: boolean;
}

export type WaveListState = Fetched<Waves>;

/** Waves whose progress and targets are kept. */
const MOST_KEPT = 500;

/** How far a wave has come; undefined before it was asked. */
export type WaveProgress = FetchedList<{ readonly status: WaveStatus | undefined }>;

/** The Factory's waves by page, and how far those have come that somebody looks at. */
export class WaveList extends FetchedList<Waves> {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly offlineAfterHours: () => number;
  private readonly wanted: { pages: number };
  private readonly progress = new LastUsed<WaveProgress>(MOST_KEPT);
  private readonly targets = new LastUsed<Promise<readonly WaveTarget[]>>(MOST_KEPT);
  private readonly progressed = new Emitter<string>();
  /** Told of the name of a wave whose progress was asked. */
  readonly onDidProgress = this.progressed.event;

  constructor(client: FactoryClient, factory: string, offlineAfterHours: () => number) {
    const wanted = { pages: 1 };
    super({ waves: [], total: 0, hasMore: false }, (signal) => fetchPages(client, factory, wanted.pages, signal));
    this.client = client;
    this.factory = factory;
    this.offlineAfterHours = offlineAfterHours;
    this.wanted = wanted;
  }

  /** Shows another page of older waves. Never rejects. */
  async loadMore(): Promise<void> {
    this.wanted.pages += 1;
    await this.readAgain();
    if (this.state.error !== undefined) {
      this.wanted.pages -= 1;
    }
  }

  /** @returns how far a wave has come, which nobody is asked about before `load` or `refresh` */
  progressOf(wave: string): WaveProgress {
    let progress = this.progress.get(wave);
    if (progress === undefined) {
      progress = new FetchedList<{ status: WaveStatus | undefined }>({ status: undefined }, async (signal) => ({
        status: await this.client.getWaveStatus(this.factory, wave, this.offlineAfterHours(), signal),
      }));
      progress.onDidChange(() => this.progressed.fire(wave));
      this.progress.set(wave, progress);
    }
    return progress;
  }

  /**
   * The targets of a wave, which never change: asked for once; a failure is asked again.
   *
   * @throws {FactoryError}
   */
  targetsOf(wave: string): Promise<readonly WaveTarget[]> {
    let targets = this.targets.get(wave);
    if (targets === undefined) {
      targets = this.client.listWaveTargets(this.factory, wave);
      this.targets.set(wave, targets);
      targets.catch(() => this.targets.delete(wave));
    }
    return targets;
  }

  /** Asks anew for the list and for the progress of waves that was asked before. Never rejects. */
  async readAgain(waves: readonly string[] = []): Promise<void> {
    // A fetch that was under way before shows the past.
    await this.settled();
    await Promise.all([this.refresh(), ...waves.map((wave) => this.progressOf(wave).refresh())]);
  }
}

async function fetchPages(
  client: FactoryClient,
  factory: string,
  pages: number,
  signal: AbortSignal | undefined,
): Promise<Waves> {
  const found = new Map<string, Wave>();
  for (let page = 1; ; page++) {
    const { waves, total, hasMore } = await client.listWaves(factory, page, signal);
    waves.forEach((wave) => found.set(wave.name, wave));
    if (!hasMore || page >= pages) {
      return { waves: [...found.values()], total: Math.max(total, found.size), hasMore };
    }
  }
}
