/** The wire protocols of AWS's services, by their Smithy trait names. */
export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'restXml' | 'awsQuery' | 'restJson1' | 'rpcv2Cbor';

/** Constraint traits; all bounds are inclusive. */
export interface Constraints {
  readonly length?: readonly [min: number | null, max: number | null];
  readonly range?: readonly [min: number | null, max: number | null];
  /** Source of a regular expression; AWS matches whole strings. */
  readonly pattern?: string;
}

/** Where a member travels. Absent: in the body under its own name. */
export type Binding =
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'prefixHeaders'; readonly name: string }
  | { readonly in: 'query'; readonly name: string }
  | { readonly in: 'queryParams' }
  | { readonly in: 'label'; readonly greedy?: true }
  | { readonly in: 'payload' }
  | { readonly in: 'responseCode' }
  | { readonly in: 'hostLabel' };

/** A member of a structure, list or map: the shape it points to and what the pointing adds. */
export interface Member extends Constraints {
  readonly shape: string;
  readonly required?: true;
  readonly binding?: Binding;
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: true;
  readonly xmlAttribute?: true;
  readonly xmlNamespace?: { readonly uri: string; readonly prefix?: string };
  readonly timestampFormat?: 'date-time' | 'http-date' | 'epoch-seconds';
  readonly mediaType?: string;
  readonly sensitive?: true;
  readonly idempotencyToken?: true;
  readonly eventHeader?: true;
  readonly eventPayload?: true;
}

export type SimpleType =
  | 'string'
  | 'boolean'
  | 'byte'
  | 'short'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'bigInteger'
  | 'bigDecimal'
  | 'blob'
  | 'timestamp'
  | 'document';

interface ShapeTraits extends Constraints {
  readonly sensitive?: true;
  readonly xmlName?: string;
  readonly xmlNamespace?: { readonly uri: string; readonly prefix?: string };
  readonly timestampFormat?: Member['timestampFormat'];
  readonly mediaType?: string;
  /** The body is a stream of unbounded length. */
  readonly streaming?: true;
  readonly requiresLength?: true;
}

export interface SimpleShape extends ShapeTraits {
  readonly type: SimpleType;
}
export interface EnumShape extends ShapeTraits {
  readonly type: 'enum' | 'intEnum';
  readonly values: readonly (string | number)[];
}
export interface ListShape extends ShapeTraits {
  readonly type: 'list';
  readonly member: Member;
  readonly sparse?: true;
  readonly uniqueItems?: true;
}
export interface MapShape extends ShapeTraits {
  readonly type: 'map';
  readonly key: Member;
  readonly value: Member;
  readonly sparse?: true;
}
export interface StructureShape extends ShapeTraits {
  readonly type: 'structure' | 'union';
  readonly members: Readonly<Record<string, Member>>;
  /** Set on modelled errors. */
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
  /** The code that the query protocol writes, where it differs from the shape's name. */
  readonly awsQueryError?: { readonly code: string; readonly httpResponseCode: number };
  readonly retryable?: true;
}
export type Shape = SimpleShape | EnumShape | ListShape | MapShape | StructureShape;

/** Shapes by short name, without the Smithy namespace. */
export type ShapeTable = Readonly<Record<string, Shape>>;

/** One operation's schema. `I` and `O` are its generated request and response types; they exist in types only. */
export interface Operation<I = unknown, O = unknown> {
  readonly name: string;
  /** Name of the input structure in the shape table. */
  readonly input: string;
  readonly output: string;
  /** Names of the modelled errors. */
  readonly errors: readonly string[];
  /** REST binding; RPC protocols have none. `uri` as in Smithy: `/{Bucket}/{Key+}?x-id=GetObject`. */
  readonly http?: { readonly method: string; readonly uri: string; readonly code: number };
  readonly paginated?: {
    readonly inputToken: string;
    readonly outputToken: string;
    readonly items?: string;
    readonly pageSize?: string;
  };
  readonly hostPrefix?: string;
  readonly httpChecksum?: {
    readonly requestAlgorithmMember?: string;
    readonly required?: boolean;
    readonly requestValidationModeMember?: string;
  };
  /** S3's GetBucketLocation: the output's only member is the document itself. */
  readonly unwrappedXmlOutput?: true;
  readonly idempotent?: true;
  /** Phantom members that carry the types. Never set. */
  readonly __input?: I;
  readonly __output?: O;
}

export type InputOf<Op> = Op extends Operation<infer I, infer _O> ? I : never;
export type OutputOf<Op> = Op extends Operation<infer _I, infer O> ? O : never;

/** A service as its Smithy model describes it. `Ops` maps operation names to their schemas. */
export interface ServiceApi<Ops extends Record<string, Operation> = Record<string, Operation>> {
  /** Folder-style name, e.g. `comprehend`, `personalize-events`. */
  readonly name: string;
  readonly sdkId: string;
  readonly version: string;
  /** In the order of AWS's preference. */
  readonly protocols: readonly ProtocolName[];
  /** Prefix of X-Amz-Target, which is the Smithy service shape's name. */
  readonly target: string;
  /** The service part of a credential scope. */
  readonly signingName: string;
  readonly arnNamespace: string;
  readonly endpointPrefix: string;
  readonly xmlNamespace?: string;
  readonly awsQueryCompatible?: true;
  readonly shapes: ShapeTable;
  readonly operations: Ops;
}
