import type { AccountCases } from './account-cases.js';

export const stsCases: AccountCases = {
  service: 'sts',
  namesNothing: {
    GetCallerIdentity: 'speaks of the caller alone; its contract test shows it',
    GetSessionToken: 'issues to the caller alone',
    AssumeRole: 'refuses roles of other accounts; its contract test shows it',
  },
  notThere: [],
  prepare: () =>
    Promise.resolve({
      inputOf: () => ({}),
      callAsStranger: () => Promise.reject(new Error('no operation names a resource')),
    }),
};
