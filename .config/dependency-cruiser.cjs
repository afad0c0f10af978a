/**
 * The import table of the design as rules: imports point one way. Type-only imports are let through between folders
 * of one rank inside core, and where the table says "types".
 */

/** Folders of core by rank: each may use earlier ranks and itself. The two single files come before every folder. */
const RANKS = [
  ['quantities', 'errors'],
  ['time'],
  ['site', 'transport'],
  ['protocols', 'devices', 'protection', 'sizing', 'balancing'],
  ['drivers', 'runs'],
  ['loop', 'exports', 'scenarios'],
  ['player', 'commissioning'],
  ['host-api'],
];

/** Tests, and what several of them share: small sites, random ones, closed loops. */
const TEST = '(\\.test\\.tsx?$|/testing/)';
/** @param {readonly string[]} names */
const coreFolders = (names) => `^core/(${names.join('|')})(/|\\.ts$)`;
const TYPES_EXCEPTED = { dependencyTypesNot: ['type-only'] };

/** A folder never imports a later rank, and only types from the others of its own. */
const rankRules = RANKS.flatMap((names, rank) => {
  const later = RANKS.slice(rank + 1).flat();
  return [
    ...(later.length === 0
      ? []
      : [
          {
            name: `core-rank-${Math.max(1, rank)}-${names[0]}-never-later`,
            severity: 'error',
            from: { path: coreFolders(names), pathNot: TEST },
            to: { path: coreFolders(later) },
          },
        ]),
    ...(names.length === 1
      ? []
      : [
          {
            name: `core-rank-${Math.max(1, rank)}-${names[0]}-not-each-other`,
            severity: 'error',
            from: { path: '^core/([^/.]+)', pathNot: [TEST, coreFolders(RANKS.flat().filter((name) => !names.includes(name)))] },
            to: { path: coreFolders(names), pathNot: '^core/$1(/|\\.ts$)', ...TYPES_EXCEPTED },
          },
        ]),
  ];
});

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    ...rankRules,
    rule(
      'core-folders-have-a-rank',
      'A new folder of core gets its rank here first.',
      { path: '^core/', pathNot: [TEST, coreFolders(RANKS.flat())] },
      { path: '.' },
    ),
    rule('core-stays-in-core', 'core decides without anything around it.', { path: '^core/', pathNot: TEST }, { path: '^(main|renderer|hardware-sims|e2e)/' }),
    rule(
      'core-only-zod',
      'The one package of core.',
      { path: '^core/', pathNot: TEST },
      { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'], pathNot: '(^|/)node_modules/zod/' },
    ),
    rule(
      'sims-use-these-parts-of-core',
      'A simulator sits behind the wire and knows nothing of whoever decides.',
      { path: '^hardware-sims/', pathNot: [TEST, '^hardware-sims/(contract/|world\\.ts$)'] },
      {
        path: '^core/',
        pathNot: coreFolders(['quantities', 'errors', 'time', 'site', 'protection', 'transport', 'protocols', 'devices', 'scenarios']),
        ...TYPES_EXCEPTED,
      },
    ),
    rule(
      'sims-contract-and-world-also-drivers',
      'The shared contract tests and the world hold drivers against simulators.',
      { path: '^hardware-sims/(contract/|world\\.ts$)', pathNot: TEST },
      {
        path: '^core/',
        pathNot: coreFolders(['quantities', 'errors', 'time', 'site', 'protection', 'transport', 'protocols', 'devices', 'scenarios', 'drivers']),
        ...TYPES_EXCEPTED,
      },
    ),
    rule(
      'sims-types-of-world-only',
      'Beyond the values above, only the types that World is made of.',
      { path: '^hardware-sims/', pathNot: TEST },
      { path: '^core/(loop|exports|player|commissioning|host-api|sizing|balancing|runs)/', pathNot: '^core/(player/(world|controller-engine)|balancing/setpoint|runs/(columns|frame))\\.ts$' },
    ),
    rule('sims-never-hosts', 'Simulated hardware does not know the program.', { path: '^hardware-sims/', pathNot: TEST }, { path: '^(main|renderer|e2e)/' }),
    rule(
      'sims-pure-part-without-packages',
      'Sockets, broker and ports only in hardware-sims/servers.',
      { path: '^hardware-sims/', pathNot: [TEST, '^hardware-sims/(servers|conformance)/'] },
      { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'], pathNot: '(^|/)node_modules/zod/' },
    ),
    rule('main-never-renderer', 'Hosts serve the built screen, they do not know it.', { path: '^main/', pathNot: TEST }, { path: '^(renderer|e2e)/' }),
    rule(
      'main-sims-from-three-places',
      'Real devices and simulated ones look the same to the hosts.',
      { path: '^main/', pathNot: [TEST, '^main/(simulated-site\\.ts$|simulation/|cli/)'] },
      { path: '^hardware-sims/' },
    ),
    rule(
      'renderer-knows-the-contract',
      'The screen knows the contract and quantities; of the rest of core, types.',
      { path: '^renderer/', pathNot: TEST },
      { path: '^core/', pathNot: coreFolders(['host-api', 'quantities']), ...TYPES_EXCEPTED },
    ),
    rule('renderer-never-behind-the-contract', 'Nothing behind the contract.', { path: '^renderer/', pathNot: TEST }, { path: '^(main|hardware-sims|e2e)/' }),
    rule(
      'e2e-uses-the-built-program',
      'End to end means through the doors a user has.',
      { path: '^e2e/', pathNot: [TEST, '^e2e/bench/'] },
      { path: '^(core|main|renderer)/' },
    ),
    rule(
      'node-only-in-hosts',
      'Sockets, ports, files and processes only in main and hardware-sims/servers.',
      { path: '^(core|renderer|hardware-sims)/', pathNot: [TEST, '^hardware-sims/(servers|conformance)/'] },
      { dependencyTypes: ['core'] },
    ),
    rule('electron-only-in-its-host', 'Outside Electron this package downloads and throws.', { path: '.', pathNot: '^main/electron/' }, { path: '(^|/)node_modules/electron/|^electron$' }),
    rule('tests-are-not-imported', 'Nothing but a test builds on a test.', { path: '.', pathNot: TEST }, { path: TEST }),
    rule('no-cycles', 'Nothing flows backwards.', { path: '.' }, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    rule('resolves', 'Every import leads somewhere.', { path: '.' }, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    skipAnalysisNotInRules: true,
  },
};
