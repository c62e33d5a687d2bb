/**
 * Servers and devices send lists of any length, and a call takes about 100 000 arguments: `Math.max(...numbers)` would throw.
 *
 * @returns the greatest number; undefined where there is none
 */
export function greatest(numbers: readonly number[]): number | undefined {
  let most: number | undefined;
  for (const number of numbers) {
    most = most === undefined || number > most ? number : most;
  }
  return most;
}
