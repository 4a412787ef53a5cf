/** dos.yaml at Google: denying firewall rules, known by their description; rules of others are left alone. */
import type { DosRule } from '../../../model/settings.ts';
import { runTogether } from '../../../support/run-together.ts';
import { appPath } from '../google-context.ts';
import type { SettingsAccess, SettingsCall } from './settings-access.ts';

interface FirewallRule {
  readonly priority: number;
  readonly action: string;
  readonly sourceRange: string;
  readonly description?: string;
}

const MARK = 'dos.yaml';
const MOST_DESCRIPTION = 100;
/** Before the rules that people make, which usually begin at 1000. */
const FIRST_PRIORITY = 100;

export const firewallAccess: SettingsAccess<'dos'> = {
  read: async (call) => (await ownRules(call)).map(dosRule),
  write: async (call, wanted) => {
    const all = await rulesOf(call);
    const own = all.filter(isOwn);
    const kept = own.filter((rule) => wanted.some((dos) => isSame(rule, dos)));
    const added = wanted.filter((dos) => !own.some((rule) => isSame(rule, dos)));
    const used = new Set(all.map(({ priority }) => priority));
    const rules = added.map((dos) => ({ priority: freePriority(used), ...ruleBody(dos) }));
    await runTogether(rules, 8, (rule) => create(call, rule));
    await runTogether(
      own.filter((rule) => !kept.includes(rule)),
      8,
      (rule) => remove(call, rule),
    );
  },
};

async function rulesOf({ context, home, signal }: SettingsCall): Promise<readonly FirewallRule[]> {
  const path = `${appPath(home.id)}/firewall/ingressRules`;
  const request = { api: 'appengine', method: 'GET', path, query: { pageSize: 100 }, signal } as const;
  return (await context.client.list<FirewallRule>(request, 'ingressRules')) ?? [];
}

async function ownRules(call: SettingsCall): Promise<readonly FirewallRule[]> {
  return (await rulesOf(call)).filter(isOwn);
}

async function create({ context, home, signal }: SettingsCall, rule: FirewallRule): Promise<void> {
  const path = `${appPath(home.id)}/firewall/ingressRules`;
  await context.client.json({ api: 'appengine', method: 'POST', path, json: rule, signal });
}

async function remove({ context, home, signal }: SettingsCall, { priority }: FirewallRule): Promise<void> {
  const path = `${appPath(home.id)}/firewall/ingressRules/${priority}`;
  await context.client.raw({ api: 'appengine', method: 'DELETE', path, signal }, [404]);
}

function isOwn({ action, description = '' }: FirewallRule): boolean {
  return action === 'DENY' && (description === MARK || description.startsWith(`${MARK}: `));
}

function isSame(rule: FirewallRule, dos: DosRule): boolean {
  const body = ruleBody(dos);
  return rule.sourceRange === body.sourceRange && rule.description === body.description;
}

function ruleBody({ subnet, description }: DosRule) {
  const text = description === undefined ? MARK : `${MARK}: ${description}`;
  return { action: 'DENY', sourceRange: subnet, description: text.slice(0, MOST_DESCRIPTION) };
}

function dosRule({ sourceRange, description = '' }: FirewallRule): DosRule {
  const text = description.slice(MARK.length + 2);
  return { subnet: sourceRange, ...(text === '' ? {} : { description: text }) };
}

function freePriority(used: Set<number>): number {
  let priority = FIRST_PRIORITY;
  while (used.has(priority)) priority += 1;
  used.add(priority);
  return priority;
}
