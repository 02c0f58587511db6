import { join } from 'node:path';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startProgram, type StartedSuite } from '../support/started-suite.js';
import { openWebhook, type Webhook } from '../support/webhook.js';

const kills = 6;

const clientOf = ({ url, credentials }: StartedSuite) =>
  new SNSClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });

/** Publishes until the suite dies; adds to the list only what was acknowledged. */
async function publishUntilDead(suite: StartedSuite, TopicArn: string, acknowledged: string[]): Promise<void> {
  const sns = clientOf(suite);
  const publish = async () => {
    for (;;) {
      const { MessageId = '' } = await sns.send(new PublishCommand({ TopicArn, Message: 'x' }));
      acknowledged.push(MessageId);
    }
  };
  await Promise.allSettled([publish(), publish(), publish()]);
}

// Real: the program, its database and queue, the webhook's server. No doubles.
describe('a suite that is killed while it delivers', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = await temporaryFolder('killed-deliveries');
    webhook = await openWebhook();
  });
  afterAll(async () => {
    webhook.close();
    await folder.remove();
  });

  it(`delivers everything that was acknowledged, over ${kills} kills`, async () => {
    const port = await freePort();
    const start = () =>
      startProgram(join(folder.path, 'data'), port, {
        LANTERN_OUTBOUND_ALLOW: '127.0.0.1',
        LANTERN_JOBS_PROGRESSION: 'real',
      });
    const acknowledged: string[] = [];
    let topic = '';
    for (let round = 0; round < kills; round++) {
      const suite = await start();
      if (round === 0) {
        topic = (await clientOf(suite).send(new CreateTopicCommand({ Name: 'survivors' }))).TopicArn ?? '';
        const subscribe = { TopicArn: topic, Protocol: 'http', Endpoint: webhook.url };
        await clientOf(suite).send(new SubscribeCommand(subscribe));
        const { message } = await webhook.next(({ message: { Type } }) => Type === 'SubscriptionConfirmation');
        expect((await fetch(message['SubscribeURL'] ?? '')).status).toBe(200);
      }
      const dead = publishUntilDead(suite, topic, acknowledged);
      await new Promise((resolve) => setTimeout(resolve, 500 + ((round * 137) % 700)));
      await suite.kill();
      await dead;
    }
    expect(acknowledged.length).toBeGreaterThan(kills * 5);
    const suite = await start();
    const missing = () => {
      const received = new Set(webhook.received.map(({ message }) => message['MessageId']));
      return acknowledged.filter((id) => !received.has(id)).length;
    };
    // A dead worker's claims run out after 25 seconds.
    await expect.poll(missing, { timeout: 120_000, interval: 500 }).toBe(0);
    expect(await suite.stop()).toBe(0);
  });
});
