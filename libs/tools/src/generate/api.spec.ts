import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateApi, generatedMark } from './api.js';
import { tinyApi, tinyModel } from './tiny-model.fixture.js';

const files = generateApi(tinyApi, tinyModel);

describe('types', () => {
  const types = files['types.ts'] ?? '';

  it('writes members with their optionality, streams as Readable and times as Date', () => {
    expect(types).toContain(
      [
        'export interface PutThingInput {',
        '  readonly Name: string;',
        '  readonly Trace?: string | undefined;',
        '  readonly Body: Readable;',
        '  readonly Parent?: Thing | undefined;',
        '}',
      ].join('\n'),
    );
    expect(types).toContain('readonly Made?: Date | undefined;');
    expect(types).toContain('readonly Labels?: { readonly [key: string]: Color } | undefined;');
  });

  it('writes enumerations by their wire values, unions by variant, and lets shapes contain themselves', () => {
    expect(types).toContain('export type Color = "red" | "BLUE";');
    expect(types).toContain('export type Either =\n  | { readonly count: number }\n  | { readonly text: string };');
    expect(types).toContain('readonly Parts?: readonly Thing[] | undefined;');
  });
});

describe('errors', () => {
  it('take their status from the model, or 500 when it blames the server', () => {
    expect(files['errors.ts']).toContain('super("ThingTaken", message, 409, members);');
    expect(files['errors.ts']).toContain('super("Trouble", message, 500, members);');
  });
});

describe('schema', () => {
  const schema = files['schema.ts'] ?? '';

  it('keeps bindings and constraints', () => {
    expect(schema).toContain('"Name":{"shape":"Name","required":true,"binding":{"in":"label"}}');
    expect(schema).toContain('"Trace":{"shape":"$String","binding":{"in":"header","name":"x-trace"}}');
    expect(schema).toContain('"Name": {"type":"string","length":[1,null],"pattern":"^[a-zA-Z0-9]+$"}');
    expect(schema).toContain('"Stream": {"type":"blob","streaming":true,"requiresLength":true}');
  });

  it("leaves HTTP's bindings out where no protocol of the service has any: Transcribe's model states some", () => {
    const { 'aws.protocols#restJson1': _, ...traits } = tinyModel.shapes['x#Tiny_20200101']?.traits ?? {};
    const rpc = { ...tinyModel.shapes['x#Tiny_20200101']!, traits };
    const written = generateApi(tinyApi, { shapes: { ...tinyModel.shapes, 'x#Tiny_20200101': rpc } })['schema.ts'];
    expect(written).toContain('"Name":{"shape":"Name","required":true}');
    expect(written).not.toContain('binding');
  });

  it('describes the operations', () => {
    expect(schema).toContain('"http":{"method":"PUT","uri":"/things/{Name}","code":201},"idempotent":true}');
    expect(schema).toContain('"paginated":{"inputToken":"NextToken","outputToken":"NextToken","items":"Things"}');
    expect(schema).toContain('as Operation<types.PutThingInput, types.Unit>');
  });

  it("names the service and lists its protocols in AWS's preference", () => {
    expect(schema).toContain('export const TinyThingsApi: ServiceApi<typeof operations>');
    expect(schema).toContain(
      '"protocols":["awsJson1_0","restJson1"],"target":"Tiny_20200101","signingName":"tinysign"',
    );
  });

  it('leaves out what no operation reaches, and every word of documentation', () => {
    expect(Object.values(files).join()).not.toContain('Unused');
    expect(Object.values(files).join()).not.toContain('words of AWS');
  });
});

describe('the generated files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lantern-generated-'));
    mkdirSync(join(folder, 'src'));
    const modules = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules');
    symlinkSync(modules, join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'src', name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('begin with the mark and end with one line break', () => {
    for (const text of Object.values(files)) {
      expect(text.startsWith(`${generatedMark}\n`)).toBe(true);
      expect(text).toMatch(/[^\n]\n$/);
    }
  });

  it('compile, and type their operations', () => {
    writeFileSync(
      join(folder, 'src', 'use.ts'),
      [
        "import type { InputOf, OutputOf } from '@lantern/aws-protocol';",
        "import { ThingTaken, TinyThingsApi, type Thing } from './index.js';",
        'type Put = typeof TinyThingsApi.operations.PutThing;',
        "export const right: Thing = { Color: 'red', Parts: [{ Either: { count: 1 } }] };",
        '// @ts-expect-error no such colour',
        "export const wrong: Thing = { Color: 'green' };",
        '// @ts-expect-error Body is required',
        "export const input: InputOf<Put> = { Name: 'a' };",
        'export const output: OutputOf<Put> = {};',
        "export const status: number = new ThingTaken('taken').status;",
      ].join('\n'),
    );
    const program = ts.createProgram([join(folder, 'src', 'use.ts')], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      exactOptionalPropertyTypes: true,
      types: ['node'],
      typeRoots: [join(folder, 'node_modules', '@types')],
    });
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(messages).toEqual([]);
  }, 60_000);

  it('refuse a model without a service', () => {
    expect(() => generateApi(tinyApi, { shapes: {} })).toThrow('tiny-2020-01-01 holds no service');
  });
});
