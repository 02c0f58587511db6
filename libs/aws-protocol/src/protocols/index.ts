import type { ProtocolName } from '../schema.js';
import { AwsJsonProtocol } from './aws-json.js';
import { AwsQueryProtocol } from './aws-query.js';
import type { Protocol } from './protocol.js';
import { RestXmlProtocol } from './rest-xml.js';

/**
 * The protocols that are spoken. A further one is a class and a line here; `restJson1` and `rpcv2Cbor` are still missing,
 * and their services answer in JSON that they are.
 */
export const protocols: ReadonlyMap<ProtocolName, Protocol> = new Map<ProtocolName, Protocol>([
  ['awsJson1_0', new AwsJsonProtocol('awsJson1_0')],
  ['awsJson1_1', new AwsJsonProtocol('awsJson1_1')],
  ['awsQuery', new AwsQueryProtocol()],
  ['restXml', new RestXmlProtocol()],
]);
