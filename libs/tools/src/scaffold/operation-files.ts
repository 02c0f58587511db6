import { join } from 'node:path';
import type { Operation } from '@lantern/aws-protocol';

/** An operation to begin, and where its API lies. */
export interface NewOperation {
  /** Folder under `services/`. */
  readonly service: string;
  /** Folder under `src/api/`, e.g. `runtime`; absent for the main model. */
  readonly part?: string | undefined;
  /** Name of the API's constant, e.g. `ComprehendApi`. */
  readonly constant: string;
  readonly sdkId: string;
  readonly operation: Operation;
}

/** `DetectPiiEntities` → `detect-pii-entities`, `AnalyzeID` → `analyze-id`. */
export function fileStem(operation: string): string {
  return operation
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

const typeOf = (shape: string) => shape.replace('$', '');

function handler({ part, constant, operation }: NewOperation): string {
  const { name } = operation;
  const [input, output] = [typeOf(operation.input), typeOf(operation.output)];
  const types = [...new Set([input, output])].join(', ');
  return `import { Injectable } from '@nestjs/common';
import { notImplementedError, type Call, type Handler } from '@lantern/aws-protocol';
import type { ${constant}, ${types} } from '../api/${part ? `${part}/` : ''}index.js';

@Injectable()
export class ${name}Handler implements Handler<typeof ${constant}.operations.${name}> {
  async handle(_input: ${input}, call: Call): Promise<${output}> {
    throw notImplementedError(call.service, call.operation, 'its handler is not written yet');
  }
}
`;
}

function spec({ sdkId, operation: { name } }: NewOperation): string {
  return `import { describe, expect, it } from 'vitest';
import { ${name}Handler } from './${fileStem(name)}.js';

describe('${name} of ${sdkId}', () => {
  it('computes its answer from the request', () => {
    const handler = new ${name}Handler();
    expect(handler, 'write this test: two requests, two different answers').toBeUndefined();
  });
});
`;
}

function contractSpec({ service, operation: { name } }: NewOperation): string {
  return `import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

describe('${name}', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await startSuite('${service}');
  });
  afterAll(() => suite.close());

  // Refused until it cites the page that states the rule and when that was read.
  contract('say here which rule of AWS this proves', { evidence: 'documented', source: '', read: '' }, async () => {
    expect(suite.client(), 'write this test with the official client').toBeUndefined();
  });
});
`;
}

/**
 * The files that begin an operation, by path from the repository's root: the handler, its spec and a contract test. The
 * handler answers 501 and both tests fail until they are written, so that nothing begun can pass for done.
 */
export function operationFiles(begin: NewOperation): Record<string, string> {
  const stem = fileStem(begin.operation.name);
  const folder = join('services', begin.service, 'src', 'operations');
  return {
    [join(folder, `${stem}.ts`)]: handler(begin),
    [join(folder, `${stem}.spec.ts`)]: spec(begin),
    [join('test', 'contract', begin.service, `${stem}.contract.spec.ts`)]: contractSpec(begin),
  };
}
