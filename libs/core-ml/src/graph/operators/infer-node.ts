import type { Attribute, ElementType } from '../model.js';
import { parameterAt, parametersOf, type Inferred, type OperatorDefinition, type Parameter } from './definition.js';
import { writtenShape } from './dimensions.js';
import { arithmeticElements } from './element-rules.js';
import { maxFollowedElements, type Known } from './known.js';
import { NodeCall, type CallContext } from './node-call.js';
import { evaluateCall } from '../evaluate/evaluate.js';

/** One node and what is known of its inputs; undefined stands for an optional input that is not given. */
export interface NodeQuery {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly (Known | undefined)[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Names of the outputs; '' for those that nobody reads. */
  readonly outputs: readonly string[];
}

/**
 * Checks one node against its operator and finds what is known of its outputs.
 * @throws ShapeError naming operator, input and dimensions
 */
export function inferNode(definition: OperatorDefinition, query: NodeQuery, context: CallContext): readonly Known[] {
  const { op, name, inputs, attributes, outputs } = query;
  const call = new NodeCall(op, name, definition, inputs, attributes, outputs.length, context);
  checkCount(call, inputs.length, parametersOf(definition.inputs), 'input');
  checkCount(call, outputs.length, parametersOf(definition.outputs), 'output');
  checkAttributes(call);
  const types = boundTypes(call);
  const inferred = definition.infer(call);
  const known = outputs.map((output, index): Known => describeOutput(call, output, index, inferred[index], types));
  const data = outputs.length === 1 ? evaluateCall(call, known[0]!) : undefined;
  return data === undefined ? known : [{ ...known[0]!, shape: data.dims, data }];
}

function checkCount(call: NodeCall, count: number, parameters: readonly Parameter[], what: 'input' | 'output'): void {
  const least = parameters.findLastIndex(({ isOptional }) => !isOptional) + 1;
  const most = parameters.at(-1)?.isVariadic === true ? Infinity : parameters.length;
  if (what === 'input' ? count < least : count < Math.min(least, 1)) {
    call.fail(`it takes at least ${least} ${what}${least === 1 ? '' : 's'}, ${count} are given.`);
  }
  if (count > most) call.fail(`it has at most ${most} ${what}${most === 1 ? '' : 's'}, ${count} are given.`);
}

function checkAttributes(call: NodeCall): void {
  const specs = call.definition.attributes;
  if (call.opset < (call.definition.since ?? 1)) {
    call.fail(`it exists from operator set ${call.definition.since} on; the graph uses ${call.opset}.`);
  }
  for (const [name, { kind }] of call.attributes) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) call.fail(`it has no attribute ${name}.`);
    if (spec.kind !== kind) call.fail(`attribute ${name} must be of kind ${spec.kind}, it is of kind ${kind}.`);
    if (call.opset < (spec.since ?? 1))
      call.fail(`attribute ${name} exists from operator set ${spec.since} on, not in ${call.opset}.`);
    if (call.opset > (spec.until ?? Infinity)) {
      call.fail(
        `attribute ${name} exists up to operator set ${spec.until}, not in ${call.opset}, where it may be an input.`,
      );
    }
  }
  for (const [name, { required }] of Object.entries(specs)) {
    if (required && !call.attributes.has(name)) call.fail(`attribute ${name} is missing.`);
  }
}

/** Finds the element type that each type variable stands for, and refuses inputs that do not agree. */
function boundTypes(call: NodeCall): ReadonlyMap<string, ElementType> {
  const bound = new Map<string, ElementType>();
  const parameters = parametersOf(call.definition.inputs);
  for (const [index, input] of call.inputs.entries()) {
    const parameter = parameterAt(parameters, index);
    if (parameter === undefined || parameter.type === 'any') continue;
    if (input === undefined) {
      if (!parameter.isOptional) call.input(index);
      continue;
    }
    const allowed = call.definition.types?.[parameter.type] ?? [parameter.type as ElementType];
    const { elementType } = input;
    if (!allowed.includes(elementType)) {
      call.fail(`${call.describe(index)} is ${elementType}; it must be ${allowed.join(', ')}.`);
    }
    const before = bound.get(parameter.type);
    if (before !== undefined && before !== elementType) {
      call.fail(`${call.describe(index)} is ${elementType}, the inputs before it are ${before}.`);
    }
    bound.set(parameter.type, elementType);
  }
  return bound;
}

function describeOutput(
  call: NodeCall,
  name: string,
  index: number,
  inferred: Inferred | undefined,
  types: ReadonlyMap<string, ElementType>,
): Known {
  const type = parameterAt(parametersOf(call.definition.outputs), index)!.type;
  const shape = inferred?.shape;
  const impossible = shape?.find(
    (length) => typeof length === 'number' && !(Number.isSafeInteger(length) && length >= 0),
  );
  if (impossible !== undefined) call.fail(`output ${index} would be ${writtenShape(shape)}.`);
  const elementType = inferred?.elementType ?? types.get(type) ?? ownType(call, type);
  const elements = inferred?.elements ?? (index === 0 ? arithmeticElements(call, shape) : undefined);
  const isFollowed = elements !== undefined && elements.length <= maxFollowedElements;
  return { name, elementType, shape, ...(isFollowed ? { elements } : {}) };
}

/** A parameter whose type is no variable names its element type. */
function ownType(call: NodeCall, type: string): ElementType {
  if (type === 'any' || call.definition.types?.[type] !== undefined) {
    return call.definition.types?.[type]?.[0] ?? call.fail('the element type of an output cannot be told.');
  }
  return type as ElementType;
}
