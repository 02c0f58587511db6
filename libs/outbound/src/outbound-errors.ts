/** The rules forbid the request: trying again is no use until the address or the configuration changes. */
export class OutboundRefusedError extends Error {}

/** The other side could not be reached, broke off or took too long; trying again may help. */
export class OutboundFailedError extends Error {}
