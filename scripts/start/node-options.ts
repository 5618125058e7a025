/** How each of our processes is run from its sources, by `npm start` and by the tests of whole systems. */

/** A URL, because on Windows a path is none that `--import` takes. */
const LOADER = new URL('../typescript-loader.mjs', import.meta.url).href;

/**
 * V8 begins with the smallest heap and collects it all the time: over 44 registrations the API made 157 small and 14
 * large collections, with this room from the start 62 and 3, which is about a tenth of its CPU time and the worker's.
 */
const ROOM = ['--min-semi-space-size=16', '--initial-old-space-size=160'];

export const NODE_OPTIONS: readonly string[] = [
  ...['--import', LOADER],
  ...['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
  ...ROOM,
];
