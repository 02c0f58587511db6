import type { Binding, Constraints, Member, Shape } from '@lantern/aws-protocol';
import {
  resolve,
  shortName,
  trait,
  type SmithyModel,
  type SmithyReference,
  type SmithyShape,
} from '../smithy/model.js';
import { toJavaScriptPattern } from './patterns.js';

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Drops undefined values, so that the written schema holds only what the model says. */
function present<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function constraints(of: { readonly traits?: Readonly<Record<string, unknown>> }): Constraints {
  const bounds = (id: string) => {
    const value = trait<Bounds>(of, id);
    return value && ([value.min ?? null, value.max ?? null] as const);
  };
  const pattern = trait<string>(of, 'pattern');
  return present<Constraints>({
    length: bounds('length'),
    range: bounds('range'),
    pattern: pattern === undefined || pattern === '.*' ? undefined : toJavaScriptPattern(pattern),
  });
}

function binding(member: SmithyReference, uri: string | undefined): Binding | undefined {
  const header = trait<string>(member, 'httpHeader');
  if (header !== undefined) return { in: 'header', name: header.toLowerCase() };
  const prefix = trait<string>(member, 'httpPrefixHeaders');
  if (prefix !== undefined) return { in: 'prefixHeaders', name: prefix.toLowerCase() };
  const query = trait<string>(member, 'httpQuery');
  if (query !== undefined) return { in: 'query', name: query };
  if (trait(member, 'httpQueryParams')) return { in: 'queryParams' };
  if (trait(member, 'httpLabel')) return uri === undefined ? undefined : { in: 'label' };
  if (trait(member, 'httpPayload')) return { in: 'payload' };
  if (trait(member, 'httpResponseCode')) return { in: 'responseCode' };
  return undefined;
}

const flag = (of: { readonly traits?: Readonly<Record<string, unknown>> }, id: string) =>
  trait(of, id) === undefined ? undefined : (true as const);

function member(reference: SmithyReference): Member {
  return present<Member>({
    shape: shortName(reference.target),
    required: flag(reference, 'required'),
    binding: binding(reference, ''),
    jsonName: trait(reference, 'jsonName'),
    xmlName: trait(reference, 'xmlName'),
    xmlFlattened: flag(reference, 'xmlFlattened'),
    xmlAttribute: flag(reference, 'xmlAttribute'),
    xmlNamespace: trait(reference, 'xmlNamespace'),
    timestampFormat: trait(reference, 'timestampFormat'),
    mediaType: trait(reference, 'mediaType'),
    sensitive: flag(reference, 'sensitive'),
    idempotencyToken: flag(reference, 'idempotencyToken'),
    eventHeader: flag(reference, 'eventHeader'),
    eventPayload: flag(reference, 'eventPayload'),
    ...constraints(reference),
  });
}

/** A shape whose members all travel in the body: protocols that are not REST leave HTTP's bindings aside. */
export function withoutBindings(shape: Shape): Shape {
  if (shape.type !== 'structure' && shape.type !== 'union') return shape;
  const members = Object.entries(shape.members).map(([name, { binding: _, ...rest }]) => [name, rest] as const);
  return { ...shape, members: Object.fromEntries(members) };
}

/** One Smithy shape as ours: the traits that the wire needs, nothing else. */
export function toShape(shape: SmithyShape): Shape {
  const common = present({
    sensitive: flag(shape, 'sensitive'),
    xmlName: trait<string>(shape, 'xmlName'),
    xmlNamespace: trait<{ uri: string }>(shape, 'xmlNamespace'),
    timestampFormat: trait<'date-time'>(shape, 'timestampFormat'),
    mediaType: trait<string>(shape, 'mediaType'),
    streaming: flag(shape, 'streaming'),
    requiresLength: flag(shape, 'requiresLength'),
    ...constraints(shape),
  });
  switch (shape.type) {
    case 'structure':
    case 'union':
      return present({
        type: shape.type,
        members: Object.fromEntries(Object.entries(shape.members ?? {}).map(([name, ref]) => [name, member(ref)])),
        error: trait(shape, 'error'),
        httpError: trait(shape, 'httpError'),
        awsQueryError: trait(shape, 'aws.protocols#awsQueryError'),
        retryable: flag(shape, 'retryable'),
        ...common,
      }) as Shape;
    case 'list':
    case 'set':
      return present({
        type: 'list',
        member: member(shape.member!),
        sparse: flag(shape, 'sparse'),
        uniqueItems: flag(shape, 'uniqueItems'),
        ...common,
      });
    case 'map':
      return present({
        type: 'map',
        key: member(shape.key!),
        value: member(shape.value!),
        sparse: flag(shape, 'sparse'),
        ...common,
      });
    case 'enum':
    case 'intEnum':
      return { type: shape.type, values: enumValues(shape), ...common };
    default:
      return { type: shape.type, ...common } as Shape;
  }
}

/** An enumeration's values in the model's order. */
export function enumValues(shape: SmithyShape): (string | number)[] {
  return Object.entries(shape.members ?? {}).map(([name, ref]) => trait<string | number>(ref, 'enumValue') ?? name);
}

/** Ids of all shapes that an operation's input, output or errors reach, in the order of first reach. */
export function reachable(model: SmithyModel, roots: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (id: string) => {
    if (seen.has(id)) return;
    seen.add(id);
    const shape = resolve(model, id);
    if (shape.type === 'enum' || shape.type === 'intEnum') return;
    for (const ref of [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value]) {
      if (ref) visit(ref.target);
    }
  };
  roots.forEach(visit);
  return [...seen];
}
