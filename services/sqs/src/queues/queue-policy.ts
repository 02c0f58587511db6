import { invalidAttribute, invalidParameter } from '../refusals.js';

/** Version and name of the policy that AddPermission makes, as AWS writes them. */
const OLD_VERSION = '2008-10-17';
const MAX_STATEMENTS = 7;
/** What a queue's owner may share. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html */
const SHARED_ACTIONS: ReadonlySet<string> = new Set([
  '*',
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
]);

interface Statement {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

interface Policy {
  readonly Version?: unknown;
  readonly Id?: unknown;
  readonly Statement: readonly Statement[];
}

/** A Policy attribute as it may be kept; empty to take it away. Throws InvalidAttributeValue. */
export function checkPolicy(text: string): string {
  if (text !== '') parsePolicy(text);
  return text;
}

/**
 * Whether a policy lets another account call an action. Statements with conditions, `NotPrincipal`, `NotAction` or
 * `NotResource` allow nothing here, because nothing here evaluates them, and deny as if their conditions held.
 */
export function allows(policy: string | undefined, account: string, action: string, resourceArn: string): boolean {
  if (policy === undefined) return false;
  const statements = parsePolicy(policy).Statement;
  const concerns = (statement: Statement) =>
    namesAccount(statement.Principal, account) &&
    listOf(statement.Action).some((name) => isAction(name, action)) &&
    listOf(statement.Resource).some((name) => name === '*' || name === resourceArn);
  const isPlain = (statement: Statement) => statement.Condition === undefined;
  if (statements.some((statement) => statement.Effect === 'Deny' && concerns(statement))) return false;
  return statements.some((statement) => statement.Effect === 'Allow' && isPlain(statement) && concerns(statement));
}

/**
 * The policy with one more statement.
 * @throws InvalidParameterValue where the label is taken or an account or action is none
 */
export function withPermission(
  policy: string | undefined,
  arn: string,
  label: string,
  accounts: readonly string[],
  actions: readonly string[],
): string {
  if (!/^[\w-]{1,80}$/.test(label))
    throw invalidLabel(
      label,
      'Label can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
    );
  const wrongAccount = accounts.find((account) => !/^\d{12}$/.test(account));
  if (wrongAccount !== undefined || accounts.length === 0)
    throw invalidParameter(
      `Value [${accounts.join(', ')}] for parameter PrincipalId is invalid. Reason: Unable to verify.`,
    );
  const wrongAction = actions.find((action) => !SHARED_ACTIONS.has(action));
  if (wrongAction !== undefined || actions.length === 0)
    throw invalidParameter(
      `Value SQS:${wrongAction ?? ''} for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.`,
    );
  const old = policy === undefined ? undefined : parsePolicy(policy);
  const statements = old?.Statement ?? [];
  if (statements.some(({ Sid }) => Sid === label)) throw invalidLabel(label, 'Already exists.');
  if (statements.length >= MAX_STATEMENTS)
    throw invalidParameter(`${statements.length + 1} statements were found, maximum allowed is ${MAX_STATEMENTS}.`);
  const principals = accounts.map((account) => `arn:aws:iam::${account}:root`);
  const added = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: single(principals) },
    Action: single(actions.map((action) => `SQS:${action}`)),
    Resource: arn,
  };
  return JSON.stringify({
    ...(old ?? { Version: OLD_VERSION, Id: `${arn}/SQSDefaultPolicy` }),
    Statement: [...statements, added],
  });
}

/**
 * The policy without a statement; empty where nothing is left.
 * @throws InvalidParameterValue where there is no such label
 */
export function withoutPermission(policy: string | undefined, label: string): string {
  const old = policy === undefined ? undefined : parsePolicy(policy);
  const left = old?.Statement.filter(({ Sid }) => Sid !== label) ?? [];
  if (!old || left.length === old.Statement.length) throw invalidLabel(label, "can't find label.");
  return left.length === 0 ? '' : JSON.stringify({ ...old, Statement: left });
}

const invalidLabel = (label: string, reason: string) =>
  invalidParameter(`Value ${label} for parameter Label is invalid. Reason: ${reason}`);

const single = (values: readonly string[]) => (values.length === 1 ? values[0] : values);

function parsePolicy(text: string): Policy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidAttribute('Policy');
  }
  if (typeof value !== 'object' || value === null || !('Statement' in value)) throw invalidAttribute('Policy');
  const { Statement } = value;
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (!statements.every((statement) => typeof statement === 'object' && statement !== null))
    throw invalidAttribute('Policy');
  return { ...value, Statement: statements };
}

/** A member that may be one text or a list of them. */
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).filter((item) => typeof item === 'string');

function namesAccount(principal: unknown, account: string): boolean {
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return false;
  return listOf(principal.AWS).some(
    (name) => name === '*' || name === account || name === `arn:aws:iam::${account}:root`,
  );
}

/** `SQS:*`, `sqs:SendMessage`; batch calls follow the action that they repeat. */
function isAction(name: string, action: string): boolean {
  const wanted = `sqs:${action.replace(/Batch$/, '')}`.toLowerCase();
  const given = name.toLowerCase();
  return given === '*' || given === 'sqs:*' || given === wanted;
}
