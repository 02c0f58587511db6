import fc from 'fast-check';
import { byteLengthOf, elementCount } from '../element-size.js';
import {
  elementTypes,
  type Attribute,
  type ElementType,
  type Graph,
  type GraphNode,
  type ModelFunction,
  type NamedType,
  type OnnxModel,
  type TensorData,
  type TensorType,
} from '../model.js';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const domain = text.filter((each) => each !== 'ai.onnx');
const word = text.filter((each) => each !== '');
const float = fc.float();
const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const dims = fc.array(fc.nat({ max: 3 }), { maxLength: 3 });
const elementType = fc.constantFrom(...(Object.keys(elementTypes) as ElementType[]));

const dimension = fc.oneof(fc.nat(), word, fc.constant(undefined));
const tensorType: fc.Arbitrary<TensorType> = fc.record({
  elementType,
  shape: fc.option(fc.array(dimension, { maxLength: 3 }), { nil: undefined }),
});
/** What a writer says of a value, it says: nothing known at all is not written, so it does not come back. */
const knownType = tensorType.filter((type) => type.elementType !== 'undefined' || type.shape !== undefined);

const tensor: fc.Arbitrary<TensorData> = fc
  .tuple(
    elementType.filter((type) => type !== 'undefined'),
    dims,
  )
  .chain(([type, lengths]) =>
    contentOf(type, lengths).map((content) => ({ elementType: type, dims: lengths, content })),
  );

function contentOf(type: ElementType, lengths: readonly number[]): fc.Arbitrary<TensorData['content']> {
  const count = elementCount(lengths);
  if (type === 'string') {
    return fc.array(text, { minLength: count, maxLength: count }).map((strings) => ({ kind: 'strings', strings }));
  }
  const length = byteLengthOf(type, lengths);
  const bytes = fc.uint8Array({ minLength: length, maxLength: length });
  const offset = fc.maxSafeNat();
  return fc.oneof(
    bytes.map((content) => ({ kind: 'bytes' as const, bytes: content })),
    offset.map((at) => ({ kind: 'external' as const, location: 'weights.bin', offset: at, length })),
  );
}

function attribute(depth: number): fc.Arbitrary<Attribute> {
  const tensors = fc.array(tensor, { maxLength: 2 });
  const simple: fc.Arbitrary<Attribute>[] = [
    int.map((value) => ({ kind: 'int', value })),
    float.map((value) => ({ kind: 'float', value })),
    text.map((value) => ({ kind: 'string', value })),
    tensor.map((value) => ({ kind: 'tensor', value })),
    fc.array(int).map((value) => ({ kind: 'ints', value })),
    fc.array(float).map((value) => ({ kind: 'floats', value })),
    fc.array(text).map((value) => ({ kind: 'strings', value })),
    tensors.map((value) => ({ kind: 'tensors', value })),
  ];
  if (depth === 0) return fc.oneof(...simple);
  const inner = fc.nat({ max: 1e9 }).chain((id) => graph(depth - 1, `inner${id}`));
  return fc.oneof(
    ...simple,
    inner.map((value): Attribute => ({ kind: 'graph', value })),
    fc.array(inner, { maxLength: 2 }).map((value): Attribute => ({ kind: 'graphs', value })),
  );
}

/** Nodes that read values given before them; `names` is where their outputs are added. */
function nodes(depth: number, names: readonly string[], prefix: string): fc.Arbitrary<readonly GraphNode[]> {
  const raw = fc.record({
    name: text,
    op: word,
    domain,
    reads: fc.array(fc.nat(), { maxLength: 3 }),
    nOutputs: fc.nat({ max: 3 }),
    attributes: fc.array(fc.tuple(word, attribute(depth)), { maxLength: 3 }),
  });
  return fc.array(raw, { maxLength: 3 }).map((list) => {
    const given = ['', ...names];
    return list.map(({ reads, nOutputs, attributes, ...node }, index) => {
      const inputs = reads.map((read) => given[read % given.length] ?? '');
      const outputs = Array.from({ length: nOutputs }, (_, output) =>
        output === 2 ? '' : `${prefix}${index}.${output}`,
      );
      given.push(...outputs);
      return { ...node, inputs, outputs, attributes: new Map(attributes) };
    });
  });
}

function graph(depth: number, prefix: string): fc.Arbitrary<Graph> {
  const inputs = fc
    .array(depth === MODEL_DEPTH ? tensorType.filter((type) => type.elementType !== 'undefined') : tensorType, {
      maxLength: 2,
    })
    .map((types) => types.map((type, index): NamedType => ({ name: `${prefix}/in${index}`, ...type })));
  const initialisers = fc
    .array(tensor, { maxLength: 3 })
    .map((tensors) => new Map(tensors.map((each, index) => [`${prefix}/const${index}`, each])));
  return fc
    .tuple(text, inputs, initialisers, tensorType, fc.option(knownType))
    .chain(([name, ins, constants, out, type]) => {
      const names = [...ins.map((input) => input.name), ...constants.keys()];
      return nodes(depth, names, `${prefix}/`).map((list): Graph => {
        const given = [...names, ...list.flatMap((node) => node.outputs)].filter((each) => each !== '');
        const last = given.at(-1);
        return {
          name,
          nodes: list,
          initialisers: constants,
          inputs: ins,
          outputs: last === undefined ? [] : [{ name: last, ...out }],
          values: new Map(type === null || last === undefined ? [] : [[last, type]]),
        };
      });
    });
}

const MODEL_DEPTH = 2;
const versions = fc.dictionary(domain, fc.integer({ min: 1, max: 30 }), { minKeys: 1, maxKeys: 3 });
const opsets = versions.map((each) => new Map(Object.entries(each)));

const modelFunction: fc.Arbitrary<ModelFunction> = fc
  .record({
    domain,
    name: word,
    opsets,
    attributes: fc.array(word, { maxLength: 2 }),
    defaults: fc.array(fc.tuple(word, attribute(0)), { maxLength: 2 }).map((list) => new Map(list)),
    values: fc.array(fc.tuple(word, knownType), { maxLength: 2 }).map((list) => new Map(list)),
    body: nodes(0, ['a', 'b'], 'f'),
    reference: fc.record({
      kind: fc.constant('reference' as const),
      of: fc.constantFrom('int' as const, 'floats' as const, 'tensor' as const, 'graphs' as const),
      value: word,
    }),
  })
  .map(({ body, reference, ...rest }) => {
    const call = { name: '', op: 'Call', domain: '', inputs: ['a'], outputs: ['end'] };
    const end = { ...call, attributes: new Map([['alpha', reference]]) };
    return { ...rest, inputs: ['a', 'b'], outputs: ['end'], nodes: [...body, end] };
  });

/** Models of any content that keep the rules of the format, two graphs deep. */
export const anyModel: fc.Arbitrary<OnnxModel> = fc
  .record({
    irVersion: fc.integer({ min: 3, max: 12 }),
    opsets,
    producerName: text,
    producerVersion: text,
    metadata: fc.array(fc.tuple(text, text), { maxLength: 3 }).map((entries) => new Map(entries)),
    graph: graph(MODEL_DEPTH, 'main'),
    functions: fc.array(modelFunction, { maxLength: 2 }),
  })
  .map(({ functions, ...model }) => (functions.length === 0 ? model : { ...model, functions }));
