export type { Headers, HttpRequest, HttpResponse } from './http.js';
export type {
  Binding,
  Constraints,
  EnumShape,
  InputOf,
  ListShape,
  MapShape,
  Member,
  Operation,
  OutputOf,
  ProtocolName,
  ServiceApi,
  Shape,
  ShapeTable,
  SimpleShape,
  SimpleType,
  StructureShape,
} from './schema.js';
export type { Abortable, Call, Principal } from './call.js';
export { OperationCaller, type InternalCaller } from './operation-caller.js';
export { anonymous, isAnonymous } from './signing/unsigned.js';
export { defineService, defineUnstartedService, notImplemented } from './service.js';
export type {
  Handler,
  HandlerClass,
  NotImplemented,
  OperationTable,
  PublicFile,
  PublicFileSource,
  ServiceDefinition,
  ServiceOptions,
} from './service.js';
export { internalFailure, notImplementedError, ServiceError } from './errors.js';
export { formatArn, parseArn, type Arn } from './arn.js';
export { PublicUrl } from './public-url.js';
export { cutPage, readPageToken, writePageToken, type Page } from './pages.js';
export { validate } from './validate/validate.js';
export { bodyLimitBytes } from './body-limit.js';
export { createRecogniser, protocolForErrors } from './recognise/recognise.js';
export type { Recognise, Recognised, RecogniserOptions } from './recognise/recognise.js';
export { protocols } from './protocols/index.js';
export { hasStreamingInput, type Protocol, type ResponseContext } from './protocols/protocol.js';
export { hasEventInput, readStreamingRequest } from './event-streams/streaming-request.js';
export type { EventSource, StreamingOperation, StreamingRequest } from './event-streams/streaming-request.js';
export {
  hasEventOutput,
  writeErrorFrame,
  writeEventFrames,
  writeStreamingResponse,
  type ToServiceError,
} from './event-streams/streaming-response.js';
export { checksum, ChecksumAlgorithms } from './checksums/checksum.js';
export type { Checksum, ChecksumAlgorithm } from './checksums/checksum.js';
export { authenticate, requireScopeService } from './signing/authenticate.js';
export type {
  AuthenticateOptions,
  Authentication,
  Credentials,
  CredentialSource,
  ErrorStyle,
  PayloadPlan,
} from './signing/authentication.js';
export type { VerifiedDigests } from './signing/body-check.js';
export { claimedScope } from './signing/claimed-scope.js';
export type { ClaimedScope } from './signing/claimed-scope.js';
export {
  openVerifiedBody,
  readVerifiedBody,
  VerifiedBody,
  verifiedDigests,
  verifyBody,
} from './signing/verified-body.js';
