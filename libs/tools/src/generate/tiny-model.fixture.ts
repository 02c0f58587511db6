import type { SmithyModel } from '../smithy/model.js';

/** A service of two operations: enough of Smithy to see every kind of shape once. */
export const tinyModel: SmithyModel = {
  shapes: {
    'x#Tiny_20200101': {
      type: 'service',
      version: '2020-01-01',
      operations: [{ target: 'x#PutThing' }, { target: 'x#ListThings' }],
      traits: {
        'aws.api#service': { sdkId: 'Tiny Things', arnNamespace: 'tiny', endpointPrefix: 'tiny' },
        'aws.auth#sigv4': { name: 'tinysign' },
        'aws.protocols#restJson1': {},
        'aws.protocols#awsJson1_0': {},
        'smithy.api#documentation': 'words of AWS',
      },
    },
    'x#ListThings': {
      type: 'operation',
      input: { target: 'smithy.api#Unit' },
      output: { target: 'x#ListThingsOutput' },
      traits: {
        'smithy.api#http': { method: 'GET', uri: '/things' },
        'smithy.api#paginated': { inputToken: 'NextToken', outputToken: 'NextToken', items: 'Things' },
      },
    },
    'x#ListThingsOutput': { type: 'structure', members: { Things: { target: 'x#Things' } } },
    'x#PutThing': {
      type: 'operation',
      input: { target: 'x#PutThingInput' },
      output: { target: 'smithy.api#Unit' },
      errors: [{ target: 'x#ThingTaken' }, { target: 'x#Trouble' }],
      traits: {
        'smithy.api#http': { method: 'PUT', uri: '/things/{Name}', code: 201 },
        'smithy.api#idempotent': {},
      },
    },
    'x#PutThingInput': {
      type: 'structure',
      members: {
        Name: { target: 'x#Name', traits: { 'smithy.api#required': {}, 'smithy.api#httpLabel': {} } },
        Trace: { target: 'smithy.api#String', traits: { 'smithy.api#httpHeader': 'X-Trace' } },
        Body: { target: 'x#Stream', traits: { 'smithy.api#required': {}, 'smithy.api#httpPayload': {} } },
        Parent: { target: 'x#Thing' },
      },
    },
    'x#Name': {
      type: 'string',
      traits: { 'smithy.api#length': { min: 1 }, 'smithy.api#pattern': '^\\p{Alnum}+$' },
    },
    'x#Stream': { type: 'blob', traits: { 'smithy.api#streaming': {}, 'smithy.api#requiresLength': {} } },
    'x#Things': { type: 'list', member: { target: 'x#Thing' } },
    'x#Thing': {
      type: 'structure',
      members: {
        Color: { target: 'x#Color' },
        Made: { target: 'smithy.api#Timestamp' },
        Parts: { target: 'x#Things' },
        Either: { target: 'x#Either' },
        Labels: { target: 'x#Labels', traits: { 'smithy.api#jsonName': 'labels' } },
      },
    },
    'x#Color': {
      type: 'enum',
      members: {
        RED: { target: 'smithy.api#Unit', traits: { 'smithy.api#enumValue': 'red' } },
        BLUE: { target: 'smithy.api#Unit' },
      },
    },
    'x#Either': {
      type: 'union',
      members: { count: { target: 'smithy.api#Long' }, text: { target: 'smithy.api#String' } },
    },
    'x#Labels': { type: 'map', key: { target: 'smithy.api#String' }, value: { target: 'x#Color' } },
    'x#ThingTaken': {
      type: 'structure',
      members: { message: { target: 'smithy.api#String' } },
      traits: { 'smithy.api#error': 'client', 'smithy.api#httpError': 409 },
    },
    'x#Trouble': { type: 'structure', members: {}, traits: { 'smithy.api#error': 'server' } },
    'x#Unused': { type: 'structure', members: { Note: { target: 'smithy.api#String' } } },
  },
};

export const tinyApi = { model: 'tiny-2020-01-01', service: 'tiny', name: 'tiny-things' };
