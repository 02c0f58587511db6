import type { CommandLine } from '../command-line.js';
import type { Environment } from '../config.js';
import { startLantern, type Lantern } from '../lantern.js';
import { certificateFile } from '../tls/shared-identity.js';

/** What a person pastes to use the suite. */
export function startMessage({ url, config, credentials }: Lantern): string {
  const keys = credentials
    ? [
        `  export AWS_ACCESS_KEY_ID=${credentials.accessKeyId}`,
        `  export AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
        '',
        `For curl:  export LANTERN_API_KEY=${credentials.apiKey}   (-H "Authorization: Bearer $LANTERN_API_KEY")`,
      ]
    : ['', 'The keys of the first start are gone: `npm run lantern -- keys create` makes new ones.'];
  return [
    '',
    `Lantern listens on ${url}`,
    `Its data are in    ${config.dataDir}`,
    '',
    `  export AWS_ENDPOINT_URL=${url}`,
    `  export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}`,
    ...keys,
    '',
    'Older clients (aws CLI before 2.13, boto3 before 1.28) ignore AWS_ENDPOINT_URL and would call AWS itself.',
    `Name the endpoint to them:  aws --endpoint-url ${url} s3 ls`,
    '',
    ...tlsLines(config),
  ].join('\n');
}

/** How to use TLS on the same port; who brought a certificate knows how clients trust it. */
function tlsLines({ tls, dataDir }: Lantern['config']): string[] {
  if (tls) return ['The same port speaks TLS: https://, with the certificate of LANTERN_TLS_CERT.', ''];
  const file = certificateFile(dataDir);
  return [
    'The same port speaks TLS: https://, for clients that trust its certificate:',
    `  export AWS_CA_BUNDLE=${file} NODE_EXTRA_CA_CERTS=${file}`,
    '',
  ];
}

/** `lantern start`: runs until it is told to stop. */
export async function start(_line: CommandLine, env: Environment): Promise<number> {
  const lantern = await startLantern({ env });
  console.log(startMessage(lantern));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await lantern.close();
  return 0;
}
