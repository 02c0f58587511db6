import * as commands from '@aws-sdk/client-comprehend';
import { commandOf, type AccountCases, type AnyClient } from './account-cases.js';

export const comprehendCases: AccountCases = {
  service: 'comprehend',
  namesNothing: {
    DetectDominantLanguage: 'answers from its own text',
    BatchDetectDominantLanguage: 'answers from its own texts',
    StartDominantLanguageDetectionJob: 'reads and writes in the own account; checked below',
    ListDominantLanguageDetectionJobs: 'lists the own account; checked below',
  },
  notThere: ['JobNotFoundException', 'ResourceNotFoundException'],
  prepare: async (suite, stranger) => {
    const { JobId, JobArn: ResourceArn } = await suite.comprehend().send(
      new commands.StartDominantLanguageDetectionJobCommand({
        InputDataConfig: { S3Uri: 's3://private-bucket/private-key' },
        OutputDataConfig: { S3Uri: 's3://private-bucket' },
        DataAccessRoleArn: `arn:aws:iam::${suite.credentials.account}:role/reader`,
        Tags: [{ Key: 'owner', Value: 'me' }],
      }),
    );
    const client: AnyClient = suite.comprehend(stranger);
    return {
      inputOf: (operation) =>
        operation.endsWith('Job')
          ? { JobId }
          : { ResourceArn, Tags: [{ Key: 'owner', Value: 'stranger' }], TagKeys: ['owner'] },
      callAsStranger: (operation, input) => client.send(new (commandOf(commands, operation))(input)),
    };
  },
};
