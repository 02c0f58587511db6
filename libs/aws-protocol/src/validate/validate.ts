import type { Operation, ServiceApi } from '../schema.js';
import { Checks } from './checks.js';
import { refusal } from './refusal.js';
import { Violations } from './violations.js';

const compiled = new WeakMap<ServiceApi, Checks>();

/**
 * Checks an input against every constraint of its model: required, length, range, pattern, enumeration.
 * @throws ServiceError the service's own validation error, in AWS's words
 */
export function validate(api: ServiceApi, operation: Operation, input: unknown): void {
  validateStructure(api, operation, operation.input, (input ?? {}) as Readonly<Record<string, unknown>>);
}

/** Checks one structure of an operation's input, such as an event of its stream. @throws ServiceError as `validate` does */
export function validateStructure(
  api: ServiceApi,
  operation: Operation,
  shapeName: string,
  value: Readonly<Record<string, unknown>>,
): void {
  let checks = compiled.get(api);
  if (!checks) compiled.set(api, (checks = new Checks(api)));
  const check = checks.structure(shapeName);
  if (!check) return;
  const violations = new Violations();
  check(value, '', violations);
  if (violations.count > 0) throw refusal(api, operation, violations);
}
