/** Firewall rules of an application: the first one that matches an address decides (App Engine firewall). */

export interface FirewallRule {
  /** 1 to 2147483647; the smallest comes first. */
  readonly priority: number;
  readonly action: 'allow' | 'deny';
  /** Address or CIDR block, IPv4 or IPv6; `*` for all. */
  readonly sourceRange: string;
  readonly description?: string;
}

/** The last rule, which always exists. */
export const DEFAULT_RULE_PRIORITY = 2_147_483_647;

export const defaultRule: FirewallRule = {
  priority: DEFAULT_RULE_PRIORITY,
  action: 'allow',
  sourceRange: '*',
  description: 'The default action.',
};
