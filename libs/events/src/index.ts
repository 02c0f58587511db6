export { compilePattern, type Pattern } from './patterns/pattern.js';
export { PatternError } from './patterns/pattern-error.js';
export type { DirectMessage, EventEnvelope, SuiteEvent } from './event.js';
export { EventBus, EVENTS_QUEUE, hasNoRules } from './event-bus.js';
export { EventRelay, type EventRelayConfig } from './event-relay.js';
export { EventRuleError, EventRules, type EventRule } from './event-rules.js';
export { DeliveryChains } from './delivery-chains.js';
export type { Delivery } from './deliver.js';
export { parseTarget } from './targets.js';
