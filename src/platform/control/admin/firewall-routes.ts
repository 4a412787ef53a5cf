/** Firewall rules: who may reach an application. The router acts on them at once. */

import { isIP } from 'node:net';
import { z } from 'zod';
import { failure } from '../../../errors.ts';
import { DEFAULT_RULE_PRIORITY, type FirewallRule } from '../../../model/firewall.ts';
import { enumValue, firewallActions } from '../../../protocol/admin/enums.ts';
import { deploys, views } from '../../access/route-access.ts';
import { rangeProblem } from '../../address-range.ts';
import { requireApplication } from '../../changes.ts';
import { firewallRules, firewallVerdict, saveFirewallRules } from '../../firewall.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { page } from './page.ts';
import { applicationOf, invalid, notFound, refused, updateMask } from './request-facts.ts';

const member = z.union([z.string(), z.number()]);
const ruleShape = z.looseObject({
  priority: z.coerce.number().int().optional(),
  action: member.optional(),
  sourceRange: z.string().max(64).optional(),
  description: z.string().max(100, 'is longer than 100 characters').optional(),
});
const batchShape = z.looseObject({ ingressRules: z.array(ruleShape).max(1000).default([]) });
type RuleShape = z.infer<typeof ruleShape>;

export function firewallRoutes(parts: AdminParts, app: string): readonly Route[] {
  const rules = `${app}/firewall/ingressRules`;
  const rule = `${rules}/:rule`;
  return [
    {
      method: 'POST',
      pattern: `${rules}:batchUpdate`,
      access: deploys('replace firewall rules'),
      handler: (request) => replaceRules(parts, request),
    },
    { method: 'GET', pattern: rules, access: views, handler: (request) => listRules(parts, request) },
    {
      method: 'POST',
      pattern: rules,
      access: deploys('create firewall rule'),
      handler: (request) => createRule(parts, request),
    },
    { method: 'GET', pattern: rule, access: views, handler: (request) => resource(requireRule(parts, request)) },
    {
      method: 'PATCH',
      pattern: rule,
      access: deploys('change firewall rule'),
      handler: (request) => patchRule(parts, request),
    },
    {
      method: 'DELETE',
      pattern: rule,
      access: deploys('delete firewall rule'),
      handler: (request) => deleteRule(parts, request),
    },
  ];
}

function listRules(parts: AdminParts, request: RouteRequest): unknown {
  const { live } = requireApplication(parts, applicationOf(request));
  const rules = firewallRules(parts.resources, applicationOf(request));
  const address = request.query.get('matchingAddress');
  if (address === null) return page('ingressRules', rules.map(resource), request.query);
  if (isIP(address) === 0) throw invalid('matchingAddress', 'is not an IP address');
  // dos.yaml is asked first, so that whoever tests an address hears what really happens.
  const dos = live.settings.dos.map(
    ({ subnet, description }): FirewallRule => ({
      priority: 0,
      action: 'deny',
      sourceRange: subnet,
      description: `dos.yaml${description === undefined ? '' : `: ${description}`}`,
    }),
  );
  const matching = [...dos, ...rules].filter((rule) => firewallVerdict([rule], address) !== undefined);
  return page('ingressRules', matching.map(resource), request.query);
}

async function createRule(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const application = applicationOf(request);
  requireApplication(parts, application);
  const rule = wholeRule(await readJson(request.message, ruleShape));
  const rules = firewallRules(parts.resources, application);
  if (rules.some(({ priority }) => priority === rule.priority)) {
    throw failure('api.exists', { what: 'firewall rule', name: String(rule.priority) });
  }
  save(parts, application, [...rules, rule]);
  return resource(rule);
}

async function replaceRules(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const application = applicationOf(request);
  requireApplication(parts, application);
  const { ingressRules } = await readJson(request.message, batchShape);
  const rules = ingressRules.map(wholeRule);
  const priorities = rules.map(({ priority }) => priority);
  const twice = priorities.find((priority, index) => priorities.indexOf(priority) !== index);
  if (twice !== undefined) throw invalid('ingressRules.priority', `${twice} is there twice`);
  save(parts, application, rules);
  return { ingressRules: firewallRules(parts.resources, application).map(resource) };
}

async function patchRule(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const application = applicationOf(request);
  const before = requireRule(parts, request);
  const mask = updateMask(request, ['action', 'sourceRange', 'description', 'priority']);
  const patch = await readJson(request.message, ruleShape);
  const value = (field: keyof RuleShape) => (mask.includes(field) ? patch[field] : resource(before)[field as never]);
  const rule = wholeRule({
    priority: mask.includes('priority') ? patch.priority : before.priority,
    action: value('action') as string,
    sourceRange: value('sourceRange') as string,
    description: value('description') as string,
  });
  const isDefault = before.priority === DEFAULT_RULE_PRIORITY;
  if (isDefault && (rule.priority !== before.priority || rule.sourceRange !== '*')) {
    throw refused('Of the default rule only action and description can be changed');
  }
  const others = firewallRules(parts.resources, application).filter(({ priority }) => priority !== before.priority);
  if (others.some(({ priority }) => priority === rule.priority)) {
    throw failure('api.exists', { what: 'firewall rule', name: String(rule.priority) });
  }
  save(parts, application, [...others, rule]);
  return resource(rule);
}

function deleteRule(parts: AdminParts, request: RouteRequest): unknown {
  const application = applicationOf(request);
  const { priority } = requireRule(parts, request);
  if (priority === DEFAULT_RULE_PRIORITY) throw refused('The default rule can not be deleted');
  const rules = firewallRules(parts.resources, application);
  save(
    parts,
    application,
    rules.filter((rule) => rule.priority !== priority),
  );
  return {};
}

function save(parts: AdminParts, application: string, rules: readonly FirewallRule[]): void {
  saveFirewallRules(parts.resources, application, rules);
  parts.reconcile();
}

function requireRule(parts: AdminParts, request: RouteRequest): FirewallRule {
  const application = applicationOf(request);
  requireApplication(parts, application);
  const named = request.parameters.rule ?? '';
  const priority = named === 'default' ? DEFAULT_RULE_PRIORITY : Number(named);
  const rule = firewallRules(parts.resources, application).find((candidate) => candidate.priority === priority);
  if (!rule) throw notFound('firewall rule', named);
  return rule;
}

function wholeRule(shape: RuleShape): FirewallRule {
  const { priority, sourceRange = '', description } = shape;
  if (priority === undefined || priority < 1 || priority > DEFAULT_RULE_PRIORITY) {
    throw invalid('priority', `must be a number from 1 to ${DEFAULT_RULE_PRIORITY}`);
  }
  const problem = rangeProblem(sourceRange);
  if (problem) throw invalid('sourceRange', problem);
  const action = enumValue(firewallActions, shape.action);
  if (action === undefined) throw invalid('action', 'must be ALLOW or DENY');
  return {
    priority,
    action: action === 'ALLOW' ? 'allow' : 'deny',
    sourceRange,
    ...(description ? { description } : {}),
  };
}

function resource(rule: FirewallRule) {
  return { ...rule, action: rule.action.toUpperCase() };
}
