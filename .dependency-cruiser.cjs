/** Import rules; each says why. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'A cycle means that two files are one idea, or that one knows too much. Imports of types vanish when compiled.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'libs-import-down',
      comment: 'apps -> services -> libs. A lib that knows a service cannot serve another.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|services|test)/' },
    },
    {
      name: 'services-do-not-know-apps',
      comment: 'A service is mounted by an app, never the other way round.',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'services-do-not-meet',
      comment: 'A service reaches another through the operation table, as a request does.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'core-ml-is-pure',
      comment: 'core-ml takes bytes and returns bytes: no NestJS, no AWS, no files, no network, no other lib.',
      severity: 'error',
      from: { path: '^libs/core-ml/src/', pathNot: '\\.(spec|bench|fixture)\\.ts$' },
      to: {
        path: '^(libs/(?!core-ml)|node_modules/(@nestjs|@aws-sdk|fastify))|^(node:)?(fs|net|http|https|child_process)',
      },
    },
    {
      name: 'only-declared-dependencies',
      comment: 'A package that is not in package.json works by accident.',
      severity: 'error',
      from: { pathNot: '\\.(spec|bench|fixture)\\.ts$|/bench/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
