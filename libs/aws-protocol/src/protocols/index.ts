import type { ProtocolName } from '../schema.js';
import { AwsJsonProtocol } from './aws-json.js';
import { AwsQueryProtocol } from './aws-query.js';
import type { Protocol } from './protocol.js';
import { RestJsonProtocol } from './rest-json.js';
import { RpcV2CborProtocol } from './rpc-v2-cbor.js';
import { RestXmlProtocol } from './rest-xml.js';

/** The protocols that are spoken. A further one is a class and a line here. */
export const protocols: ReadonlyMap<ProtocolName, Protocol> = new Map<ProtocolName, Protocol>([
  ['awsJson1_0', new AwsJsonProtocol('awsJson1_0')],
  ['awsJson1_1', new AwsJsonProtocol('awsJson1_1')],
  ['awsQuery', new AwsQueryProtocol()],
  ['restJson1', new RestJsonProtocol()],
  ['restXml', new RestXmlProtocol()],
  ['rpcv2Cbor', new RpcV2CborProtocol()],
]);
