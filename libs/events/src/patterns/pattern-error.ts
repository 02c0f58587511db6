/** The pattern is none; the message is AWS's reason without a prefix, which EventBridge and SNS word differently. */
export class PatternError extends Error {}
