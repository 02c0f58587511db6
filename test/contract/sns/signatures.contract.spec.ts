import { randomUUID, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, get, globalAgent, type AgentOptions } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import {
  CreateTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { startLantern, type Lantern } from '@lantern/gateway';
import { contract, temporaryFolder } from '@lantern/testing';
import PayloadValidator from 'sns-payload-validator';
import MessageValidator from 'sns-validator';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openWebhook, type Received, type Webhook } from '../../support/webhook.js';

const evidence = {
  evidence: 'documented',
  source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
  read: '2026-11',
} as const;

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A file that another part of the suite is about to write. */
async function fileThere(path: string): Promise<string> {
  for (let left = 100; left > 0; left -= 1) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '') return text;
    await sleep(100);
  }
  throw new Error(`${path} was not written`);
}

/** The status of a page. */
const visit = (url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });

/** Reaches the suite under any name, for a verifier that only takes the names of AWS. */
class SuiteAgent extends Agent {
  constructor(
    private readonly target: { readonly port: number; readonly ca: string },
    options: AgentOptions = {},
  ) {
    super(options);
  }

  override createConnection() {
    return connect({ host: '127.0.0.1', servername: 'localhost', ...this.target });
  }
}

describe('SNS signatures', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let lantern: Lantern;
  let sns: SNSClient;
  let webhook: Webhook;
  let port: number;
  let ca: string;

  beforeAll(async () => {
    webhook = await openWebhook();
    folder = await temporaryFolder('sns-signatures');
    port = await freePort();
    lantern = await startLantern({
      env: {
        LANTERN_DATA_DIR: folder.path,
        LANTERN_PORT: String(port),
        LANTERN_LOG_LEVEL: 'error',
        LANTERN_OUTBOUND_ALLOW: '127.0.0.1',
        // The same port answers TLS; verifiers fetch certificates over https only.
        LANTERN_PUBLIC_URL: `https://localhost:${port}`,
      },
    });
    const { accessKeyId = '', secretAccessKey = '' } = lantern.credentials ?? {};
    sns = new SNSClient({ endpoint: lantern.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
    ca = await fileThere(join(folder.path, 'tls-certificate.pem'));
    // What NODE_EXTRA_CA_CERTS does for a program.
    globalAgent.options.ca = ca;
  });
  afterAll(async () => {
    delete globalAgent.options.ca;
    await lantern.close();
    await folder.remove();
    webhook.close();
  });

  const newTopic = async (): Promise<string> =>
    (await sns.send(new CreateTopicCommand({ Name: `topic-${randomUUID()}` }))).TopicArn ?? '';

  /** All three kinds of messages, of one topic. */
  const receiveAll = async (version: '1' | '2'): Promise<Received[]> => {
    const topic = await newTopic();
    const set = { TopicArn: topic, AttributeName: 'SignatureVersion', AttributeValue: version };
    await sns.send(new SetTopicAttributesCommand(set));
    const subscribe = { TopicArn: topic, Protocol: 'http', Endpoint: webhook.url, ReturnSubscriptionArn: true };
    const { SubscriptionArn } = await sns.send(new SubscribeCommand(subscribe));
    const next = (type: string) =>
      webhook.next(({ message }) => message['Type'] === type && message['TopicArn'] === topic);
    const asked = await next('SubscriptionConfirmation');
    expect(await visit(asked.message['SubscribeURL'] ?? '')).toBe(200);
    await sns.send(new PublishCommand({ TopicArn: topic, Message: 'hällo\n"there"', Subject: 'sübject' }));
    const told = await next('Notification');
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    return [asked, told, await next('UnsubscribeConfirmation')];
  };

  const byHostPattern = (message: object): Promise<object | undefined> =>
    new Promise((resolve, reject) => {
      const validator = new MessageValidator(new RegExp(`^localhost:${port}$`));
      validator.validate({ ...message }, (error, valid) => (error ? reject(error) : resolve(valid)));
    });

  /** A verifier that only knows hosts of AWS; the address of the certificate is not signed. */
  const byFixedPattern = (message: Readonly<Record<string, string>>): Promise<unknown> => {
    const SigningCertURL = (message['SigningCertURL'] ?? '').replace(
      `https://localhost:${port}/`,
      'https://sns.us-east-1.amazonaws.com/',
    );
    const validator = new PayloadValidator({ requestAgent: new SuiteAgent({ port, ca }) });
    return validator.validate(JSON.stringify({ ...message, SigningCertURL }));
  };

  for (const version of ['1', '2'] as const) {
    contract(`version ${version} is accepted by public verifiers, and refused once altered`, evidence, async () => {
      const all = await receiveAll(version);
      expect(all.map(({ message }) => message['SignatureVersion'])).toEqual([version, version, version]);
      for (const { message } of all) {
        await expect(byFixedPattern(message)).resolves.toBeTruthy();
        const signed = [
          'Message',
          'MessageId',
          'Timestamp',
          'TopicArn',
          ...(message['Token'] ? ['Token', 'SubscribeURL'] : []),
        ];
        if (message['Subject']) signed.push('Subject');
        for (const name of signed) {
          await expect(byFixedPattern({ ...message, [name]: `${message[name]}x` }), name).rejects.toThrow(
            'Invalid Signature',
          );
        }
        const other = version === '1' ? '2' : '1';
        await expect(byFixedPattern({ ...message, SignatureVersion: other })).rejects.toThrow('Invalid Signature');
        // This verifier leaves the token out of what it checks of an UnsubscribeConfirmation.
        if (message['Type'] === 'UnsubscribeConfirmation') continue;
        await expect(byHostPattern(message)).resolves.toMatchObject({ MessageId: message['MessageId'] });
        const altered = { ...message, Message: 'altered' };
        await expect(byHostPattern(altered)).rejects.toThrow('signature is invalid');
      }
    });
  }

  contract('the certificate is served without a signature, and nothing beside it', evidence, async () => {
    const [{ message }] = (await receiveAll('1')) as [Received];
    const { pathname } = new URL(message['SigningCertURL'] ?? '');
    expect(pathname).toMatch(/^\/SimpleNotificationService-[\da-f]{32}\.pem$/);
    const answer = await fetch(`${lantern.url}${pathname}`);
    const certificate = new X509Certificate(await answer.text());
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    const other = await fetch(`${lantern.url}/SimpleNotificationService-${'0'.repeat(32)}.pem`);
    expect(other.status).toBe(404);
    const head = await fetch(`${lantern.url}${pathname}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    const post = await fetch(`${lantern.url}${pathname}`, { method: 'POST' });
    expect(post.status).toBeGreaterThanOrEqual(400);
  });
});
