import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import type { AddPermissionInput, RemovePermissionInput, SnsApi } from '../api/index.js';
import { addPermission, defaultPolicy, removePermission } from '../topics/topic-policy.js';
import { ownTopic } from '../topics/topic-arn.js';
import { TopicStore, type Topic } from '../topics/topic-store.js';

type Operations = typeof SnsApi.operations;

/** Adds a statement to a topic's policy. Policies are kept and told; they open nothing to other accounts. */
@Injectable()
export class AddPermissionHandler implements Handler<Operations['AddPermission']> {
  constructor(private readonly topics: TopicStore) {}

  async handle(
    { TopicArn, Label, AWSAccountId, ActionName }: AddPermissionInput,
    call: Call,
  ): Promise<Record<string, never>> {
    const permission = { label: Label, accounts: AWSAccountId, actions: ActionName };
    await this.topics.change(ownTopic(TopicArn, call), (topic) =>
      withPolicy(topic, addPermission(policyOf(topic, TopicArn), TopicArn, permission)),
    );
    return {};
  }
}

/** Removes what AddPermission added under a label. */
@Injectable()
export class RemovePermissionHandler implements Handler<Operations['RemovePermission']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ TopicArn, Label }: RemovePermissionInput, call: Call): Promise<Record<string, never>> {
    await this.topics.change(ownTopic(TopicArn, call), (topic) =>
      withPolicy(topic, removePermission(policyOf(topic, TopicArn), Label)),
    );
    return {};
  }
}

const policyOf = ({ attributes, account }: Topic, arn: string): string =>
  attributes['Policy'] ?? defaultPolicy(arn, account);

const withPolicy = ({ attributes }: Topic, policy: string) => ({ attributes: { ...attributes, Policy: policy } });
