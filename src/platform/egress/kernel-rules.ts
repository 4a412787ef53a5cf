/** The policy of outbound sockets as nftables rules, matched on the control group of each restricted instance. Pure. */
import { DNS_PORT, googleRanges, groupRanges, privateRanges, publicDns } from './address-ranges.ts';
import type { AllowRule } from './allow-rules.ts';
import { blockedTcpPorts } from './egress-policy.ts';
import { addressText, type IpRange, rangeText } from './ip-address.ts';

export interface TableOptions {
  /** Name of the table. */
  readonly table: string;
  /** How deep the groups of instances are in the hierarchy of control groups. */
  readonly level: number;
  /** The platform's API server, on loopback. */
  readonly apiPort: number;
  readonly ownRanges: readonly IpRange[];
}

/** An instance that the rules are for. */
export interface RuledInstance {
  /** Below /sys/fs/cgroup. */
  readonly group: string;
  /** Of its application's chain. */
  readonly chain: string;
  /** On which it is served. */
  readonly port: number;
}

const REFUSE_TCP = 'meta l4proto tcp reject with tcp reset';
const REFUSE = 'reject with icmpx type admin-prohibited';

/** Replaces the table in one step; nothing of a former run is left. */
export function tableText({ table, level, apiPort, ownRanges }: TableOptions): string {
  const denied = [...privateRanges, ...groupRanges, ...googleRanges, ...ownRanges];
  const [deny4, deny6] = [denied.filter(({ family }) => family === 4), denied.filter(({ family }) => family === 6)];
  const ports = Object.keys(blockedTcpPorts).join(', ');
  return [
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    set('deny4', 'ipv4_addr', deny4),
    set('deny6', 'ipv6_addr', deny6),
    '  map outward { type cgroupsv2 : verdict; }',
    '  map inward { type cgroupsv2 : verdict; }',
    '  chain rules {',
    `    tcp dport { ${ports} } reject with tcp reset`,
    `    ip daddr { ${dns(4)} } meta l4proto { tcp, udp } th dport ${DNS_PORT} accept`,
    `    ip6 daddr { ${dns(6)} } meta l4proto { tcp, udp } th dport ${DNS_PORT} accept`,
    `    ip daddr @deny4 ${REFUSE_TCP}`,
    `    ip daddr @deny4 ${REFUSE}`,
    `    ip6 daddr @deny6 ${REFUSE_TCP}`,
    `    ip6 daddr @deny6 ${REFUSE}`,
    `    meta l4proto != { tcp, udp } ${REFUSE}`,
    '    accept',
    '  }',
    '  chain begin {',
    '    ct state established,related accept',
    `    oifname "lo" ip daddr 127.0.0.1 tcp dport ${apiPort} accept`,
    '  }',
    '  chain out {',
    '    type filter hook output priority 0; policy accept;',
    `    socket cgroupv2 level ${level} vmap @outward`,
    '  }',
    '  chain in {',
    '    type filter hook input priority 0; policy accept;',
    `    socket cgroupv2 level ${level} vmap @inward`,
    '  }',
    '}',
    '',
  ].join('\n');
}

export function dropTableText(table: string): string {
  return `add table inet ${table}\ndelete table inet ${table}\n`;
}

/** What the operator opened for an application comes before the rules for all. */
export function applicationText(table: string, chain: string, allow: readonly AllowRule[]): string {
  return [
    ...emptied(table, chain),
    `table inet ${table} {`,
    `  chain ${chain} {`,
    '    jump begin',
    ...allow.map((rule) => `    ${opening(rule)}`),
    '    goto rules',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Both ways: where it may go, and that nobody but the platform's router comes in. */
export function admitText(table: string, { group, chain, port }: RuledInstance): string {
  return [
    ...emptied(table, `served_${port}`),
    `table inet ${table} {`,
    `  chain served_${port} {`,
    '    ct state established,related accept',
    `    iifname "lo" tcp dport ${port} accept`,
    '    meta l4proto tcp reject with tcp reset',
    '    drop',
    '  }',
    '}',
    `add element inet ${table} outward { "${group}" : jump ${chain} }`,
    `add element inet ${table} inward { "${group}" : jump served_${port} }`,
    '',
  ].join('\n');
}

/** All that run, in place of all that ever ran. */
export function onlyText(table: string, instances: readonly RuledInstance[]): string {
  return [
    `flush map inet ${table} outward`,
    `flush map inet ${table} inward`,
    '',
    ...instances.map((instance) => admitText(table, instance)),
  ].join('\n');
}

/** Rules are added to a chain that is there already. */
function emptied(table: string, chain: string): readonly string[] {
  return [`add chain inet ${table} ${chain}`, `flush chain inet ${table} ${chain}`];
}

function set(name: string, type: string, ranges: readonly IpRange[]): string {
  const elements = [...new Set(ranges.map(rangeText))].join(', ');
  return `  set ${name} { type ${type}; flags interval; auto-merge; elements = { ${elements} }\n  }`;
}

function dns(family: 4 | 6): string {
  return publicDns
    .filter((address) => address.family === family)
    .map(addressText)
    .join(', ');
}

function opening({ range, port, protocol }: AllowRule): string {
  const address = `${range.family === 4 ? 'ip' : 'ip6'} daddr ${rangeText(range)}`;
  const transport = protocol === undefined ? 'meta l4proto { tcp, udp }' : `meta l4proto ${protocol}`;
  if (port !== undefined) return `${address} ${transport} th dport ${port} accept`;
  const closed = Object.keys(blockedTcpPorts).join(', ');
  if (protocol === 'udp') return `${address} meta l4proto udp accept`;
  const tcp = `${address} meta l4proto tcp tcp dport != { ${closed} } accept`;
  return protocol === 'tcp' ? tcp : `${tcp}\n    ${address} meta l4proto udp accept`;
}
