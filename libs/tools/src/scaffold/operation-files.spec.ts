import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { fileStem, operationFiles } from './operation-files.js';

describe('fileStem', () => {
  it.each([
    ['DetectSentiment', 'detect-sentiment'],
    ['AnalyzeID', 'analyze-id'],
    ['ListObjectsV2', 'list-objects-v2'],
    ['InferRxNorm', 'infer-rx-norm'],
    ['InferICD10CM', 'infer-icd10-cm'],
    ['GetSMSAttributes', 'get-sms-attributes'],
  ])('%s → %s', (operation, stem) => expect(fileStem(operation)).toBe(stem));
});

describe('operationFiles', () => {
  const files = operationFiles({
    service: 'sagemaker',
    part: 'runtime',
    constant: 'SagemakerRuntimeApi',
    sdkId: 'SageMaker Runtime',
    operation: { name: 'InvokeEndpoint', input: 'InvokeEndpointInput', output: '$Unit', errors: [] },
  });

  it('begins a handler, its spec and a contract test', () => {
    expect(Object.keys(files)).toEqual([
      'services/sagemaker/src/operations/invoke-endpoint.ts',
      'services/sagemaker/src/operations/invoke-endpoint.spec.ts',
      'test/contract/sagemaker/invoke-endpoint.contract.spec.ts',
    ]);
  });

  it('types the handler by its operation and answers that it is not written', () => {
    const handler = files['services/sagemaker/src/operations/invoke-endpoint.ts'];
    expect(handler).toContain(
      "import type { SagemakerRuntimeApi, InvokeEndpointInput, Unit } from '../api/runtime/index.js';",
    );
    expect(handler).toContain('implements Handler<typeof SagemakerRuntimeApi.operations.InvokeEndpoint>');
    expect(handler).toContain('throw notImplementedError(');
  });

  it('writes TypeScript that parses', async () => {
    for (const text of Object.values(files)) await expect(format(text, { parser: 'typescript' })).resolves.toBeTruthy();
  });
});
