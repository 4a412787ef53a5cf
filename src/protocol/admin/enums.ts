/** Enum values as clients of the Admin API write them: in any case, with or without their prefix, or as numbers. */

/**
 * @param names in the order of their numbers, without the prefix; the first is "not specified"
 * @returns undefined for a value that is none, and for "not specified"
 */
export function enumValue<N extends string>(names: readonly N[], value: unknown, prefix = ''): N | undefined {
  const index =
    typeof value === 'number' || /^\d+$/.test(String(value)) ? Number(value) : indexOf(names, value, prefix);
  return index <= 0 ? undefined : names[index];
}

function indexOf(names: readonly string[], value: unknown, prefix: string): number {
  const text = String(value).toUpperCase();
  return names.indexOf(text.startsWith(prefix) ? text.slice(prefix.length) : text);
}

export const shardBys = ['UNSPECIFIED', 'COOKIE', 'IP', 'RANDOM'] as const;
export const servingStatuses = ['SERVING_STATUS_UNSPECIFIED', 'SERVING', 'STOPPED'] as const;
export const firewallActions = ['UNSPECIFIED_ACTION', 'ALLOW', 'DENY'] as const;
export const sslManagementTypes = ['SSL_MANAGEMENT_TYPE_UNSPECIFIED', 'AUTOMATIC', 'MANUAL'] as const;
export const ingressSettings = ['UNSPECIFIED', 'ALL', 'INTERNAL_ONLY', 'INTERNAL_AND_LB'] as const;
export const logins = ['UNSPECIFIED', 'OPTIONAL', 'ADMIN', 'REQUIRED'] as const;
export const securityLevels = ['UNSPECIFIED', 'DEFAULT', 'NEVER', 'OPTIONAL', 'ALWAYS'] as const;
export const authFailActions = ['UNSPECIFIED', 'REDIRECT', 'UNAUTHORIZED'] as const;
export const redirectCodes = ['UNSPECIFIED', '301', '302', '303', '307'] as const;
export const errorCodes = ['UNSPECIFIED', 'DEFAULT', 'OVER_QUOTA', 'DOS_API_DENIAL', 'TIMEOUT'] as const;
export const inboundServices = [
  ...['UNSPECIFIED', 'MAIL', 'MAIL_BOUNCE', 'XMPP_ERROR', 'XMPP_MESSAGE', 'XMPP_SUBSCRIBE', 'XMPP_PRESENCE'],
  ...['CHANNEL_PRESENCE', 'WARMUP'],
] as const;
