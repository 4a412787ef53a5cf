/** Enum values as clients of Google's APIs write them: in any case, with or without their prefix, or as numbers. */

/** Names without their prefix, and the numbers that stand for them on the wire (the API's proto files). */
type Enum<N extends string> = Readonly<Record<N, number>>;

/** @returns undefined for a value that is none, and for "not specified" */
export function enumValue<N extends string>(values: Enum<N>, value: unknown, prefix = ''): N | undefined {
  const names = Object.keys(values) as N[];
  const text = String(value ?? '').toUpperCase();
  if (/^\d+$/.test(text)) return names.find((name) => values[name] === Number(text) && values[name] !== 0);
  const wanted = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  return names.find((name) => name === wanted);
}

export const shardBys = { COOKIE: 1, IP: 2, RANDOM: 3 } as const;
export const servingStatuses = { SERVING: 1, STOPPED: 2 } as const;
export const versionViews = { BASIC: 0, FULL: 1 } as const;
export const environments = { STANDARD: 1, FLEXIBLE: 2 } as const;
export const firewallActions = { ALLOW: 1, DENY: 2 } as const;
export const sslManagementTypes = { AUTOMATIC: 1, MANUAL: 2 } as const;
export const overrideStrategies = { STRICT: 1, OVERRIDE: 2 } as const;
export const certificateViews = { BASIC_CERTIFICATE: 0, FULL_CERTIFICATE: 1 } as const;
export const ingressSettings = { ALL: 1, INTERNAL_ONLY: 2, INTERNAL_AND_LB: 3 } as const;
export const logins = { OPTIONAL: 1, ADMIN: 2, REQUIRED: 3 } as const;
export const securityLevels = { DEFAULT: 0, NEVER: 1, OPTIONAL: 2, ALWAYS: 3 } as const;
export const authFailActions = { REDIRECT: 1, UNAUTHORIZED: 2 } as const;
export const redirectCodes = { '301': 1, '302': 2, '303': 3, '307': 4 } as const;
export const errorCodes = { DEFAULT: 0, OVER_QUOTA: 1, DOS_API_DENIAL: 2, TIMEOUT: 3 } as const;
export const egressSettings = { ALL_TRAFFIC: 1, PRIVATE_IP_RANGES: 2 } as const;
export const instanceIpModes = { EXTERNAL: 1, INTERNAL: 2 } as const;
export const inboundServices = {
  MAIL: 1,
  MAIL_BOUNCE: 2,
  XMPP_ERROR: 3,
  XMPP_MESSAGE: 4,
  XMPP_SUBSCRIBE: 5,
  XMPP_PRESENCE: 6,
  CHANNEL_PRESENCE: 7,
  WARMUP: 9,
} as const;
export const queueTypes = { PULL: 1, PUSH: 2 } as const;
export const indexAncestors = { NONE: 1, ALL_ANCESTORS: 2 } as const;
export const indexDirections = { ASCENDING: 1, DESCENDING: 2 } as const;
