import type { Operation, ServiceApi } from './schema.js';
import { defineUnstartedService, type ServiceDefinition } from './service.js';

const operations = (list: readonly Operation[]): Record<string, Operation> =>
  Object.fromEntries(list.map((operation) => [operation.name, operation]));

/** A JSON service with every kind of shape; it is called comprehend so that the wording of that service is used. */
export const textApi: ServiceApi = {
  name: 'comprehend',
  sdkId: 'Comprehend',
  version: '2017-11-27',
  protocols: ['awsJson1_1'],
  target: 'Comprehend_20171127',
  signingName: 'comprehend',
  arnNamespace: 'comprehend',
  endpointPrefix: 'comprehend',
  shapes: {
    Text: { type: 'string', length: [1, null], sensitive: true },
    Name: { type: 'string', length: [0, 63], pattern: '^[a-zA-Z0-9](-*[a-zA-Z0-9])*$' },
    Language: { type: 'enum', values: ['en', 'es'] },
    Count: { type: 'integer', range: [1, 500] },
    Score: { type: 'float' },
    Big: { type: 'long' },
    Flag: { type: 'boolean' },
    Image: { type: 'blob', length: [1, 8] },
    Time: { type: 'timestamp' },
    TagKey: { type: 'string', length: [1, 8] },
    Tag: {
      type: 'structure',
      members: { Key: { shape: 'TagKey', required: true }, Value: { shape: 'TagKey' } },
    },
    Tags: { type: 'list', member: { shape: 'Tag' }, length: [0, 3] },
    Keys: { type: 'list', member: { shape: 'TagKey' } },
    Labels: { type: 'map', key: { shape: 'TagKey' }, value: { shape: 'TagKey' } },
    Tree: { type: 'structure', members: { Left: { shape: 'Tree' }, Name: { shape: 'Name' } } },
    Anything: { type: 'document' },
    Request: {
      type: 'structure',
      members: {
        Text: { shape: 'Text', required: true },
        LanguageCode: { shape: 'Language' },
        Name: { shape: 'Name' },
        Count: { shape: 'Count' },
        Score: { shape: 'Score' },
        Big: { shape: 'Big' },
        Flag: { shape: 'Flag' },
        Image: { shape: 'Image' },
        Time: { shape: 'Time' },
        Tags: { shape: 'Tags' },
        Keys: { shape: 'Keys' },
        Labels: { shape: 'Labels' },
        Tree: { shape: 'Tree' },
        Anything: { shape: 'Anything' },
      },
    },
  },
  operations: operations([{ name: 'Detect', input: 'Request', output: 'Request', errors: [] }]),
};

/** A query service with lists, maps and their flattened forms. */
export const queryApi: ServiceApi = {
  ...textApi,
  name: 'sts',
  sdkId: 'STS',
  version: '2011-06-15',
  protocols: ['awsQuery'],
  target: 'AWSSecurityTokenServiceV20110615',
  signingName: 'sts',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  shapes: {
    ...textApi.shapes,
    Rejected: {
      type: 'structure',
      members: {},
      error: 'client',
      awsQueryError: { code: 'IDPRejectedClaim', httpResponseCode: 403 },
    },
    Request: {
      type: 'structure',
      members: {
        Name: { shape: 'Name' },
        Count: { shape: 'Count' },
        Flag: { shape: 'Flag' },
        Time: { shape: 'Time' },
        Tags: { shape: 'Tags' },
        Flat: { shape: 'Keys', xmlFlattened: true, xmlName: 'FlatKey' },
        Labels: { shape: 'Labels' },
        Tree: { shape: 'Tree' },
      },
    },
  },
};

const label = { in: 'label' } as const;

/** A part of S3 with its ways of telling operations apart. */
export const storageApi: ServiceApi = {
  ...textApi,
  name: 's3',
  sdkId: 'S3',
  version: '2006-03-01',
  protocols: ['restXml'],
  target: 'AmazonS3',
  signingName: 's3',
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  shapes: {
    Text: { type: 'string' },
    Count: { type: 'integer' },
    Flag: { type: 'boolean' },
    Time: { type: 'timestamp' },
    Class: { type: 'enum', values: ['STANDARD', 'GLACIER'] },
    Body: { type: 'blob', streaming: true },
    Metadata: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Text' } },
    Bucket: { type: 'structure', members: { Bucket: { shape: 'Text', required: true, binding: label } } },
    PutRequest: {
      type: 'structure',
      members: {
        Bucket: { shape: 'Text', required: true, binding: label },
        Key: { shape: 'Text', required: true, binding: label },
        StorageClass: { shape: 'Class', binding: { in: 'header', name: 'x-amz-storage-class' } },
        Expires: { shape: 'Time', binding: { in: 'header', name: 'expires' } },
        Metadata: { shape: 'Metadata', binding: { in: 'prefixHeaders', name: 'x-amz-meta-' } },
        Body: { shape: 'Body', binding: { in: 'payload' } },
      },
    },
    CopyRequest: {
      type: 'structure',
      members: {
        Bucket: { shape: 'Text', required: true, binding: label },
        Key: { shape: 'Text', required: true, binding: label },
        CopySource: { shape: 'Text', required: true, binding: { in: 'header', name: 'x-amz-copy-source' } },
      },
    },
    PartRequest: {
      type: 'structure',
      members: {
        Bucket: { shape: 'Text', required: true, binding: label },
        Key: { shape: 'Text', required: true, binding: label },
        PartNumber: { shape: 'Count', required: true, binding: { in: 'query', name: 'partNumber' } },
        Body: { shape: 'Body', binding: { in: 'payload' } },
      },
    },
    GetOutput: {
      type: 'structure',
      members: {
        Body: { shape: 'Body', binding: { in: 'payload' } },
        ContentRange: { shape: 'Text', binding: { in: 'header', name: 'content-range' } },
        LastModified: { shape: 'Time', binding: { in: 'header', name: 'last-modified' } },
        Metadata: { shape: 'Metadata', binding: { in: 'prefixHeaders', name: 'x-amz-meta-' } },
      },
    },
    Object: { type: 'structure', members: { Key: { shape: 'Text', required: true }, Size: { shape: 'Count' } } },
    Objects: { type: 'list', member: { shape: 'Object' } },
    Delete: {
      type: 'structure',
      members: {
        Objects: { shape: 'Objects', required: true, xmlName: 'Object', xmlFlattened: true },
        Quiet: { shape: 'Flag' },
      },
    },
    DeleteRequest: {
      type: 'structure',
      members: {
        Bucket: { shape: 'Text', required: true, binding: label },
        Delete: { shape: 'Delete', required: true, binding: { in: 'payload' }, xmlName: 'Delete' },
      },
    },
    ListOutput: {
      type: 'structure',
      members: {
        IsTruncated: { shape: 'Flag' },
        Contents: { shape: 'Objects', xmlFlattened: true },
        Updated: { shape: 'Time' },
      },
      xmlName: 'ListBucketResult',
    },
    LocationOutput: { type: 'structure', members: { LocationConstraint: { shape: 'Text' } } },
    Unit: { type: 'structure', members: {} },
  },
  operations: operations([
    rest('ListBuckets', 'GET', '/?x-id=ListBuckets', 'Unit', 'Unit'),
    rest('ListDirectoryBuckets', 'GET', '/?x-id=ListDirectoryBuckets', 'Unit', 'Unit'),
    rest('ListObjects', 'GET', '/{Bucket}', 'Bucket', 'ListOutput'),
    rest('ListObjectsV2', 'GET', '/{Bucket}?list-type=2', 'Bucket', 'ListOutput'),
    { ...rest('GetBucketLocation', 'GET', '/{Bucket}?location', 'Bucket', 'LocationOutput'), unwrappedXmlOutput: true },
    rest('DeleteObjects', 'POST', '/{Bucket}?delete', 'DeleteRequest', 'Unit'),
    rest('GetObject', 'GET', '/{Bucket}/{Key+}?x-id=GetObject', 'PutRequest', 'GetOutput'),
    rest('HeadObject', 'HEAD', '/{Bucket}/{Key+}', 'PutRequest', 'GetOutput'),
    rest('PutObject', 'PUT', '/{Bucket}/{Key+}?x-id=PutObject', 'PutRequest', 'Unit'),
    rest('CopyObject', 'PUT', '/{Bucket}/{Key+}?x-id=CopyObject', 'CopyRequest', 'Unit'),
    rest('UploadPart', 'PUT', '/{Bucket}/{Key+}?x-id=UploadPart', 'PartRequest', 'Unit'),
  ]),
};

function rest(name: string, method: string, uri: string, input: string, output: string): Operation {
  return { name, input, output, errors: [], http: { method, uri, code: 200 } };
}

/** The examples as mounted services. */
export const exampleServices: readonly ServiceDefinition[] = [textApi, queryApi, storageApi].map((api) =>
  defineUnstartedService(api, 'it is an example'),
);

/** An operation of an example; a misspelt name is a failure of the test. */
export function operationOf(api: ServiceApi, name: string): Operation {
  const operation = api.operations[name];
  if (!operation) throw new Error(`The example has no operation ${name}`);
  return operation;
}
