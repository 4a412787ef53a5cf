/** Moves traffic between the versions of one or several modules, in one step. */
import type { Application } from '../model/application.ts';
import { allTrafficTo, type ShardBy, splitText, type TrafficSplit } from '../model/traffic.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';
import { roundedShares } from './traffic-shares.ts';

export interface SetTrafficRequest {
  readonly application: string;
  /** Empty: all modules. */
  readonly modules: readonly string[];
  /** Version -> weight; normalised. */
  readonly weights: Readonly<Record<string, number>>;
  readonly shardBy: ShardBy;
  readonly isDryRun: boolean;
}

export interface SetDefaultVersionRequest {
  readonly application: string;
  readonly modules: readonly string[];
  readonly version: string;
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `traffic.invalid`, `module.not-found`, `version.not-found` */
export async function setTraffic(context: OperateContext, request: SetTrafficRequest): Promise<ChangeResult> {
  const allocations = roundedShares(request.weights, request.shardBy);
  const application = await describeApplication(context, request.application);
  const modules = request.modules.length > 0 ? request.modules : application.modules.map(({ name }) => name);
  const split: TrafficSplit = { shardBy: request.shardBy, allocations };
  return moveTraffic(context, application, { modules, split, isDryRun: request.isDryRun });
}

/** Gives all traffic of each module to the version. @throws AppcfgError `module.not-found`, `version.not-found` */
export async function setDefaultVersion(
  context: OperateContext,
  request: SetDefaultVersionRequest,
): Promise<ChangeResult> {
  const application = await describeApplication(context, request.application);
  const { modules, isDryRun } = request;
  return moveTraffic(context, application, { modules, split: allTrafficTo(request.version), isDryRun });
}

interface Move {
  readonly modules: readonly string[];
  readonly split: TrafficSplit;
  readonly isDryRun: boolean;
}

function moveTraffic(context: OperateContext, application: Application, move: Move): Promise<ChangeResult> {
  const { split, isDryRun } = move;
  const splits: Record<string, TrafficSplit> = {};
  const plan: string[] = [];
  for (const name of new Set(move.modules)) {
    const { traffic } = requireModule(application, name);
    const versions = Object.keys(split.allocations).map((version) => requireVersion(application, name, version));
    if (isSameSplit(traffic, split)) continue;
    splits[name] = split;
    plan.push(`traffic of ${name}: ${splitText(split)} (now ${splitText(traffic)})`);
    for (const { id, servingStatus } of versions) {
      if (servingStatus === 'stopped')
        plan.push(`note: ${name}:${id} is stopped and answers nothing until it is started`);
    }
  }
  return applyChange(context, {
    application: application.id,
    what: 'traffic was moving',
    plan,
    isDryRun,
    run: (options) => context.backend.traffic.set(application.id, splits, options),
  });
}

/** How requests are assigned makes no difference while one version has them all. */
function isSameSplit(a: TrafficSplit, b: TrafficSplit): boolean {
  if (canonicalJson(a.allocations) !== canonicalJson(b.allocations)) return false;
  return a.shardBy === b.shardBy || Object.keys(a.allocations).length === 1;
}
