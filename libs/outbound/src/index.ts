export {
  OutboundHttp,
  type OutboundConfig,
  type OutboundRequest,
  type OutboundResponse,
  type Resolve,
} from './outbound-http.js';
export { OutboundFailedError, OutboundRefusedError } from './outbound-errors.js';
export { parseAllowList, type AllowList } from './allow-list.js';
