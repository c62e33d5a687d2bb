const performance = {
  now: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
import { spawnSync } from 'node:child_process';
import { HOSTILE } from '.';
const all = Object.entries(HOSTILE).flatMap(([group, cases]) => cases.map((one) => ({ group, one })));
if (process.argv[2] === 'all') {
  const only = process.argv[3] ?? '';
  all.forEach(({ group, one }, index) => {
    if (!`${group} ${one.name}`.includes(only)) return;
    const run = spawnSync(process.execPath, ['--single-threaded-gc', __filename, String(index)], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    console.log(
      run.status === 0
        ? run.stdout.trim()
        : `CRASH ${run.signal ?? run.status} ${group} ${one.name} ${/FATAL.*|Error:.*/.exec(run.stderr)?.[0] ?? ''}`,
    );
  });
} else {
  const { group, one } = all[Number(process.argv[2])]!;
  let size = 1000;
  let last = '';
  let ratio = 1;
  let prev = 0;
  let t0 = 0;
  try {
    for (;;) {
      const work = one.make(size);
      let t = Infinity;
      for (let r = 0; r < 4; r++) {
        const f = performance.now();
        work();
        t = Math.min(t, performance.now() - f);
        if (t > 1000) break;
      }
      ratio = prev > 5 ? t / prev : ratio;
      last = `${size}:${t.toFixed(0)}ms`;
      prev = t;
      t0 = t;
      if (t > 600 || size >= one.large) break;
      size =
        size * 4 > one.large && size * 2 < one.large && size * 4 < 2 * one.large
          ? one.large / 2
          : Math.min(size * 2, one.large);
    }
    console.log(
      `${(ratio > 3 && t0 > 40) || size < one.large / 8 ? 'BAD ' : 'ok  '} ${ratio.toFixed(2)} ${last} of ${one.large}  ${group} ${one.name}`,
    );
  } catch (error) {
    console.log(`THROW ${size} ${group} ${one.name} ${String(error).slice(0, 100)}`);
  }
}
