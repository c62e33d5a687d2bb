import type { FactoryClient } from '../api/client';
import { asUnverified, FactoryError } from '../api/errors';
import { isSameReach, planRollout, trialOf, type RolloutPlan, type RolloutWish } from '../model/waves';
import type { WaveList } from './waves';

/** What became of a rollout. */
export type RolloutEnd =
  | { readonly state: 'done'; readonly devices: number }
  /** Nothing was sent: meanwhile it would reach other devices than those that were shown. */
  | { readonly state: 'changed'; readonly plan: RolloutPlan };

/** Operates waves. What is shown follows, after a failure too. Each write is sent once. */
export class WaveWrites {
  private readonly client: FactoryClient;
  private readonly factory: string;
  private readonly waves: WaveList;

  constructor(client: FactoryClient, factory: string, waves: WaveList) {
    this.client = client;
    this.factory = factory;
    this.waves = waves;
  }

  /**
   * Asks whom a rollout would reach; nothing is handed out.
   *
   * @throws {FactoryError}
   */
  async tryRollout(wave: string, wish: RolloutWish): Promise<RolloutPlan> {
    return planRollout(wave, wish, await this.client.rolloutWave(this.factory, wave, trialOf(wish)));
  }

  /**
   * Hands a wave out, as planned: the request is the plan's to the byte. A rollout that does not name its devices is tried
   * once more right before, and not sent where it would reach others than those that were shown.
   *
   * @throws {FactoryError} where it was not done, or nobody can tell
   */
  async rollout(plan: RolloutPlan): Promise<RolloutEnd> {
    if (!plan.pinned) {
      const now = await this.tryRollout(plan.wave, plan.wish);
      if (!isSameReach(plan.reach, now.reach)) {
        return { state: 'changed', plan: now };
      }
    }
    // Read now: a rollout of somebody else since the list was read would be taken for this one.
    await this.waves.readAgain();
    const before = await this.rollouts(plan.wave);
    try {
      const { devices } = await this.client.rolloutWave(this.factory, plan.wave, plan.body);
      return { state: 'done', devices };
    } catch (error) {
      if (error instanceof FactoryError && error.outcomeUnknown) {
        await this.waves.readAgain([plan.wave]);
        const after = await this.rollouts(plan.wave);
        const last = this.waves.state.waves.find(({ name }) => name === plan.wave)?.rollouts.at(-1);
        if (before !== undefined && after === before + 1 && last?.group === (plan.wish.group ?? '')) {
          return { state: 'done', devices: last.devices };
        }
        // Only where there are as many rollouts as before it was not done.
        throw before !== undefined && after === before ? error : asUnverified(error);
      }
      throw error;
    } finally {
      await this.waves.readAgain([plan.wave]);
    }
  }

  /**
   * Completes or cancels a wave.
   *
   * @throws {FactoryError} where it was not done, or nobody can tell
   */
  async end(wave: string, how: 'complete' | 'cancel'): Promise<void> {
    try {
      await this.client.endWave(this.factory, wave, how);
    } catch (error) {
      await this.waves.readAgain([wave]);
      const { error: unread, waves } = this.waves.state;
      const status = unread === undefined ? waves.find(({ name }) => name === wave)?.status : undefined;
      const wanted = how === 'complete' ? /^complete/ : /^cancel/;
      if (error instanceof FactoryError && error.outcomeUnknown && status !== undefined && wanted.test(status)) {
        return;
      }
      throw error instanceof FactoryError && error.outcomeUnknown && status === undefined ? asUnverified(error) : error;
    }
    await this.waves.readAgain([wave]);
  }

  /** How often a wave was rolled out, as far as the list tells. */
  private async rollouts(wave: string): Promise<number | undefined> {
    const { waves, error } = await this.waves.load();
    return error === undefined ? waves.find(({ name }) => name === wave)?.rollouts.length : undefined;
  }
}
