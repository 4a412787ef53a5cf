/** What the health checks of a flexible version come to, with the documented defaults (App Engine docs: split health checks). */
import type { HealthCheck, VersionSpec } from '../../model/version-spec.ts';
import type { ProbeSettings } from './health-probe.ts';
import type { EngineLimits } from './limits.ts';

export interface CheckSettings extends ProbeSettings {
  /** Host header; default: the host name of the version. */
  readonly host?: string;
}

interface ReadinessSettings extends CheckSettings {
  /** From the launch until it has to be ready. */
  readonly appStartTimeoutMs: number;
}

interface LivenessSettings extends CheckSettings {
  /** From the launch to the first check. */
  readonly initialDelayMs: number;
}

type Checked = Pick<VersionSpec, 'environment' | 'readinessCheck' | 'livenessCheck'>;

/** However short an interval the file asks for: checks are not to keep an instance busy. */
const MIN_INTERVAL_MS = 100;
const APP_START_TIMEOUT_MS = 300_000;
const INITIAL_DELAY_MS = 300_000;

/** Undefined: the port alone says whether it is ready. */
export function readinessSettings(spec: Checked): ReadinessSettings | undefined {
  const { readinessCheck: check } = spec;
  if (!isAsked(spec, check)) return undefined;
  return {
    ...probeSettings(check, { intervalMs: 5_000, failureThreshold: 2 }),
    appStartTimeoutMs: given(check.appStartTimeoutMs) ?? APP_START_TIMEOUT_MS,
  };
}

/** Undefined: the process alone says whether it lives. */
export function livenessSettings(spec: Checked): LivenessSettings | undefined {
  const { livenessCheck: check } = spec;
  if (!isAsked(spec, check)) return undefined;
  return {
    ...probeSettings(check, { intervalMs: 30_000, failureThreshold: 4 }),
    initialDelayMs: check.initialDelayMs ?? INITIAL_DELAY_MS,
  };
}

/** From launch until `$PORT` accepts a connection. */
export function startTimeoutMs(spec: Checked, limits: Pick<EngineLimits, 'startTimeoutMs'>): number {
  const settings = readinessSettings(spec);
  return settings?.appStartTimeoutMs ?? spec.readinessCheck?.appStartTimeoutMs ?? limits.startTimeoutMs;
}

/** App Engine docs: checks without a path are not passed on to the application. */
function isAsked(spec: Checked, check: HealthCheck | undefined): check is HealthCheck {
  return spec.environment === 'flexible' && check?.path !== undefined && check.path !== '';
}

function probeSettings(
  check: HealthCheck,
  defaults: { readonly intervalMs: number; readonly failureThreshold: number },
): CheckSettings {
  const path = check.path ?? '/';
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    ...(check.host === undefined || check.host === '' ? {} : { host: check.host }),
    intervalMs: Math.max(MIN_INTERVAL_MS, given(check.checkIntervalMs) ?? defaults.intervalMs),
    timeoutMs: given(check.timeoutMs) ?? 4_000,
    failureThreshold: given(check.failureThreshold) ?? defaults.failureThreshold,
    successThreshold: given(check.successThreshold) ?? 2,
  };
}

/** Google's own configuration can't tell 0 from "not given". */
function given(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
