import { HOSTILE } from '.';
const c = Object.values(HOSTILE)
  .flat()
  .find((x) => x.name === process.argv[2])!;
const w = c.make(Number(process.argv[3]));
try {
  const f = process.cpuUsage();
  w();
  const { user, system } = process.cpuUsage(f);
  console.log((user + system) / 1000, 'ms');
} catch (e) {
  console.log((e as Error).stack?.split('\n').slice(0, 12).join('\n'));
}
