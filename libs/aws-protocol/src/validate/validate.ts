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
  let checks = compiled.get(api);
  if (!checks) compiled.set(api, (checks = new Checks(api)));
  const check = checks.structure(operation.input);
  if (!check) return;
  const violations = new Violations();
  check((input ?? {}) as Readonly<Record<string, unknown>>, '', violations);
  if (violations.count > 0) throw refusal(api, operation, violations);
}
