import type { ProtocolName } from '../schema.js';
import { AwsJsonProtocol } from './aws-json.js';
import { AwsQueryProtocol } from './aws-query.js';
import type { Protocol } from './protocol.js';
import { RestJsonProtocol } from './rest-json.js';
import { RestXmlProtocol } from './rest-xml.js';

/**
 * The protocols that are spoken. A further one is a class and a line here; `rpcv2Cbor` and event streams are still missing.
 */
export const protocols: ReadonlyMap<ProtocolName, Protocol> = new Map<ProtocolName, Protocol>([
  ['awsJson1_0', new AwsJsonProtocol('awsJson1_0')],
  ['awsJson1_1', new AwsJsonProtocol('awsJson1_1')],
  ['awsQuery', new AwsQueryProtocol()],
  ['restJson1', new RestJsonProtocol()],
  ['restXml', new RestXmlProtocol()],
]);
