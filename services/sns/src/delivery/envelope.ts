import { Injectable } from '@nestjs/common';
import { PublicUrl } from '@lantern/aws-protocol';
import type { MessageAttributes } from '../messages/message-attributes.js';
import { messageFor } from '../messages/message-content.js';
import { canonicalString } from '../signing/canonical-string.js';
import { MessageSigner, type SignatureVersion } from '../signing/message-signer.js';
import { subscriptionArn, topicArn } from '../topics/topic-arn.js';
import type { Delivery } from './delivery.js';

/** Names and values in the order in which they are written. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes what an endpoint receives: JSON with a signature that the receiver can verify.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html (read 2026-11)
 */
@Injectable()
export class EnvelopeWriter {
  constructor(
    private readonly signer: MessageSigner,
    private readonly publicUrl: PublicUrl,
  ) {}

  async write(delivery: Delivery, version: SignatureVersion): Promise<string> {
    const { origin } = this.publicUrl;
    const fields = delivery.content.type === 'Notification' ? notification(delivery) : confirmation(delivery, origin);
    const { Type, ...rest } = fields;
    const signed = {
      Type,
      MessageId: delivery.messageId,
      ...rest,
      Timestamp: delivery.publishedAt.toISOString(),
      SignatureVersion: version,
    };
    const signature = await this.signer.sign(canonicalString(delivery.content.type, signed), version);
    const { attributes } = delivery.content;
    return toJson({
      ...signed,
      Signature: signature,
      SigningCertURL: `${origin}${await this.signer.certificatePath()}`,
      ...(Type === 'Notification' && {
        UnsubscribeURL: `${origin}/?Action=Unsubscribe&SubscriptionArn=${arnOf(delivery)}`,
      }),
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: describeAttributes(attributes) }),
    });
  }
}

/** The ARN of the subscription that a delivery is made for. */
export const arnOf = ({ topic, subscription }: Delivery): string => subscriptionArn({ topic, id: subscription });

function notification({ content, topic, protocol }: Delivery): Fields {
  const { type, sequenceNumber, subject } = content;
  return {
    Type: type,
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    TopicArn: topicArn(topic),
    ...(subject !== undefined && { Subject: subject }),
    Message: messageFor(protocol, content),
  };
}

function confirmation({ content: { type, message, token = '' }, topic }: Delivery, origin: string): Fields {
  const arn = topicArn(topic);
  return {
    Type: type,
    Token: token,
    TopicArn: arn,
    Message: message,
    SubscribeURL: `${origin}/?Action=ConfirmSubscription&TopicArn=${arn}&Token=${token}`,
  };
}

const describeAttributes = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );

/** One member a line, as SNS lays it out. */
const toJson = (fields: Fields): string =>
  `{\n${Object.entries(fields)
    .map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`)
    .join(',\n')}\n}`;
