import { defineService, notImplemented } from '@lantern/aws-protocol';
import { SnsApi } from './api/index.js';
import { ListSubscriptionsByTopicHandler, ListSubscriptionsHandler } from './operations/list-subscriptions.js';
import { AddPermissionHandler, RemovePermissionHandler } from './operations/permissions.js';
import { PublishBatchHandler, PublishHandler } from './operations/publish.js';
import { ConfirmSubscriptionHandler, SubscribeHandler } from './operations/subscribe.js';
import {
  GetSubscriptionAttributesHandler,
  SetSubscriptionAttributesHandler,
} from './operations/subscription-attributes.js';
import { ListTagsForResourceHandler, TagResourceHandler, UntagResourceHandler } from './operations/tags.js';
import { GetTopicAttributesHandler, SetTopicAttributesHandler } from './operations/topic-attributes.js';
import { CreateTopicHandler, DeleteTopicHandler, ListTopicsHandler } from './operations/topics.js';
import { UnsubscribeHandler } from './operations/unsubscribe.js';
import { CertificateFile, certificatePath } from './signing/certificate-file.js';

const push = 'no notifications are pushed to mobile devices';
const sms = 'no text messages are sent';
const inspection = 'messages are not inspected for sensitive data';

/** Every operation of SNS, with its handler or the reason there is none. */
export const sns = defineService(
  SnsApi,
  {
    AddPermission: AddPermissionHandler,
    ConfirmSubscription: ConfirmSubscriptionHandler,
    CreateTopic: CreateTopicHandler,
    DeleteTopic: DeleteTopicHandler,
    GetSubscriptionAttributes: GetSubscriptionAttributesHandler,
    GetTopicAttributes: GetTopicAttributesHandler,
    ListSubscriptions: ListSubscriptionsHandler,
    ListSubscriptionsByTopic: ListSubscriptionsByTopicHandler,
    ListTagsForResource: ListTagsForResourceHandler,
    ListTopics: ListTopicsHandler,
    Publish: PublishHandler,
    PublishBatch: PublishBatchHandler,
    RemovePermission: RemovePermissionHandler,
    SetSubscriptionAttributes: SetSubscriptionAttributesHandler,
    SetTopicAttributes: SetTopicAttributesHandler,
    Subscribe: SubscribeHandler,
    TagResource: TagResourceHandler,
    Unsubscribe: UnsubscribeHandler,
    UntagResource: UntagResourceHandler,

    GetDataProtectionPolicy: notImplemented(inspection),
    PutDataProtectionPolicy: notImplemented(inspection),

    CreatePlatformApplication: notImplemented(push),
    CreatePlatformEndpoint: notImplemented(push),
    DeleteEndpoint: notImplemented(push),
    DeletePlatformApplication: notImplemented(push),
    GetEndpointAttributes: notImplemented(push),
    GetPlatformApplicationAttributes: notImplemented(push),
    ListEndpointsByPlatformApplication: notImplemented(push),
    ListPlatformApplications: notImplemented(push),
    SetEndpointAttributes: notImplemented(push),
    SetPlatformApplicationAttributes: notImplemented(push),

    CheckIfPhoneNumberIsOptedOut: notImplemented(sms),
    CreateSMSSandboxPhoneNumber: notImplemented(sms),
    DeleteSMSSandboxPhoneNumber: notImplemented(sms),
    GetSMSAttributes: notImplemented(sms),
    GetSMSSandboxAccountStatus: notImplemented(sms),
    ListOriginationNumbers: notImplemented(sms),
    ListPhoneNumbersOptedOut: notImplemented(sms),
    ListSMSSandboxPhoneNumbers: notImplemented(sms),
    OptInPhoneNumber: notImplemented(sms),
    SetSMSAttributes: notImplemented(sms),
    VerifySMSSandboxPhoneNumber: notImplemented(sms),
  },
  {
    // The links of messages: what they carry is as good as a signature.
    unsigned: ['ConfirmSubscription', 'Unsubscribe'],
    publicFiles: { path: certificatePath, source: CertificateFile },
  },
);
