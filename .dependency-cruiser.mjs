/**
 * Who may import whom (design §4). Each row is closed: what a folder may import is listed, everything else is an
 * error. Tests may import anything, and nothing imports them.
 */
const TEST = '\\.test\\.tsx?$';
const PACKAGE = 'node_modules';
const BUILT_IN = { dependencyTypesNot: ['core'] };

/** A row: files of `folder` may import files that match one of `paths`, and packages if `packages` is given. */
const row = (folder, { paths, packages, comment, notTypes = [] }) => ({
  name: `${folder}-imports`,
  comment,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TEST },
  to: {
    pathNot: [`^${folder}/`, ...paths.map((path) => `^${path}`), ...(packages ?? [])],
    ...(packages?.includes(PACKAGE) ? BUILT_IN : {}),
    ...(notTypes.length > 0 ? { dependencyTypesNot: ['core', ...notTypes] } : {}),
  },
});

/** A package that only some folders may use. */
const only = (name, packages, folders) => ({
  name: `${name}-only-there`,
  comment: `${name} is used in ${folders.join(', ')} and nowhere else`,
  severity: 'error',
  from: { pathNot: [...folders.map((folder) => `^${folder}/`), '^node_modules/', TEST] },
  to: { path: packages.map((it) => `node_modules/${it}/`) },
});

export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'the rules know neither packages nor Node, neither a clock nor randomness',
      severity: 'error',
      from: { path: '^domain/', pathNot: TEST },
      to: { pathNot: '^domain/' },
    },
    {
      name: 'workflows-imports',
      comment:
        'this folder is bundled and runs deterministically: rules and the SDK, of activities their types only',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TEST },
      to: {
        pathNot: ['^workflows/', '^domain/', '^activities/', 'node_modules/@temporalio/(workflow|common)/'],
      },
    },
    {
      name: 'workflows-only-types-of-activities',
      comment: 'a value import would drag the server into the bundle',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TEST },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    row('activities', {
      paths: ['domain/', 'workflows/protocol\\.ts$', 'store/', 'platform/'],
      packages: [PACKAGE],
      comment: 'activities touch the world through the store, the platform and the gateways',
    }),
    row('store', {
      paths: ['domain/'],
      packages: [PACKAGE],
      comment: 'the store knows the rules and PostgreSQL, nothing of the engine or of HTTP',
    }),
    row('platform', {
      paths: [],
      packages: [PACKAGE],
      comment: 'the platform knows nothing of elections',
    }),
    row('api', {
      paths: ['domain/', 'workflows/protocol\\.ts$', 'store/', 'platform/'],
      packages: [PACKAGE],
      comment: 'a door: rules, commands, store, platform',
    }),
    row('admin', {
      paths: ['domain/', 'workflows/protocol\\.ts$', 'store/', 'platform/'],
      packages: [PACKAGE],
      comment: 'a door: rules, commands, store, platform',
    }),
    row('sandbox', {
      paths: ['domain/', 'platform/config\\.ts$'],
      packages: [PACKAGE],
      comment: 'the outside world shares nothing with the product but the rules of Iranian numbers',
    }),
    row('migrations', {
      paths: [],
      packages: ['node_modules/knex/'],
      comment: 'a migration runs for ever; code that changes must not change it',
    }),
    only('adminjs', ['@?adminjs'], ['admin']),
    only('sql', ['knex', 'pg'], ['store', 'migrations', 'docker', 'scripts', 'test', 'bench']),
    only(
      'engine',
      ['@temporalio'],
      ['workflows', 'activities', 'platform', 'scripts', 'test', 'bench', 'api', 'admin'],
    ),
    {
      name: 'nothing-imports-the-workshop',
      comment: 'test, bench and scripts are for us, not for what runs',
      severity: 'error',
      from: {
        path: '^(domain|workflows|activities|store|platform|api|admin|sandbox|migrations)/',
        pathNot: TEST,
      },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'nothing-imports-a-test',
      severity: 'error',
      from: {},
      to: { path: TEST },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'a module that nobody imports and that imports nothing is dead',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.(mjs|cjs|d\\.ts)$', TEST] },
      to: {},
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-rooms-without-a-name',
      comment: 'utils, helpers, common, misc, manager say nothing about what is inside',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(utils?|helpers?|commons?|misc|managers?)(/|\\.[a-z]+$)', pathNot: 'node_modules' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^\\.data/', '^\\.tools/', '^admin-bundle/', '^coverage/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
