import { invalidParameter } from '../refusals.js';

/** What a topic's owner may do, and what a policy may allow others. */
const topicActions = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
];

interface Policy {
  readonly Statement: readonly object[];
  readonly [member: string]: unknown;
}

/** The policy of a topic that was given none: its account may do everything. */
export const defaultPolicy = (topicArn: string, account: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: topicActions.map((action) => `SNS:${action}`),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  });

/** Checks the form of a policy document. */
export function parsePolicy(text: string): Policy {
  const policy = parseJson(text);
  if (!isObject(policy) || !('Statement' in policy)) throw invalidParameter('Policy Error: null');
  const statements = Array.isArray(policy.Statement) ? (policy.Statement as unknown[]) : [policy.Statement];
  if (!statements.every(isObject)) throw invalidParameter('Policy Error: null');
  return { ...policy, Statement: statements };
}

/** What AddPermission adds. */
export interface Permission {
  readonly label: string;
  /** Twelve digits each. */
  readonly accounts: readonly string[];
  /** Without `SNS:`. */
  readonly actions: readonly string[];
}

/** Adds a statement that allows accounts some actions. */
export function addPermission(text: string, topicArn: string, { label, accounts, actions }: Permission): string {
  const policy = parsePolicy(text);
  if (accounts.length === 0 || actions.length === 0) throw invalidParameter('Policy Error: null');
  const stranger = accounts.find((account) => !/^\d{12}$/.test(account));
  if (stranger !== undefined) throw invalidParameter('Policy Error: PrincipalNotFound');
  if (!actions.every((action) => action === '*' || topicActions.includes(action))) {
    throw invalidParameter('Policy statement action out of service scope!');
  }
  if (policy.Statement.some((statement) => sidOf(statement) === label)) {
    throw invalidParameter('Statement already exists');
  }
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SNS:${action}`)),
    Resource: topicArn,
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

/** Removes the statement of that label; there need not be one. */
export function removePermission(text: string, label: string): string {
  const policy = parsePolicy(text);
  return JSON.stringify({
    ...policy,
    Statement: policy.Statement.filter((statement) => sidOf(statement) !== label),
  });
}

const sidOf = (statement: object): unknown => ('Sid' in statement ? statement.Sid : undefined);
const oneOrAll = (values: readonly string[]) => (values.length === 1 ? values[0] : values);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
