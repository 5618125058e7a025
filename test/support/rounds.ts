/** How often a race is run: often enough in the suite, and as often as its requirement says with `ROUNDS=all`. */
export function rounds(inSuite: number, all: number): number {
  return process.env['ROUNDS'] === 'all' ? all : inSuite;
}
