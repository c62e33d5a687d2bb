/**
 * Questions that wait for one another: VS Code shows one picker at a time, and a second one takes the first away, which then
 * looks like a refusal.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Runs something when all that came before has ended, however it ended.
   *
   * @param signal takes it out of the queue: it is not run any more
   * @returns what it returns; undefined where it was taken out
   */
  async take<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const before = this.last;
    const run = before.then(() => (signal?.aborted === true ? undefined : task()));
    this.last = run.catch(() => undefined);
    if (signal === undefined) {
      return run;
    }
    const left = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    let begun = false;
    void before.then(() => (begun = true));
    // What has begun ends by itself.
    return Promise.race([run, left.then(() => (begun ? run : undefined))]);
  }
}
