/** A plan as a file: what is to become live, by digests, and what it was planned against. No file contents, no secrets. */
import { z } from 'zod';

/** Raised when a plan of an older appcfg can no longer be carried out. */
export const PLAN_FORMAT = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().max(256);
const split = z.object({ shardBy: z.enum(['ip', 'cookie', 'random']), allocations: z.record(name, z.number()) });

const version = z.object({
  deploymentId: z.string(),
  servingStatus: z.enum(['serving', 'stopped']),
  instances: z.number().int().optional(),
});

const base = z.object({
  /** Absent: the application was not known. */
  release: z.string().optional(),
  stateDigest: z.string().optional(),
  modules: z.record(
    name,
    z.object({
      split,
      ingress: z.enum(['all', 'internal-only', 'internal-and-load-balancing']).optional(),
      versions: z.record(name, version),
    }),
  ),
  /** Kind -> digest of its value. */
  settings: z.record(name, digest),
  /** The newest one then: later ones are what moved. */
  lastOperation: z.string().optional(),
});

const module = z.object({
  module: name,
  version: name,
  /** The yaml file, as it was named. */
  file: z.string(),
  outcome: z.enum(['created', 'replaced', 'unchanged']),
  receivesTraffic: z.boolean(),
  runtime: z.string(),
  scaling: z.string(),
  /** Of the configuration, values of environment variables included. */
  specDigest: digest,
  manifestDigest: digest,
});

/** How the command line was: read again when the plan is carried out, and compared. */
const request = z.object({
  command: z.enum(['update', 'deploy']),
  paths: z.array(z.string()),
  workingDirectory: z.string(),
  application: name,
  module: name.optional(),
  version: name.optional(),
  runtime: name.optional(),
  /** The version id that was generated, where the files name none. */
  generatedVersion: name.optional(),
  /** Names only: their values are given again. */
  environmentVariables: z.array(name),
  promote: z.boolean().optional(),
  stopPrevious: z.boolean(),
  autoOrder: z.boolean(),
  allModules: z.boolean(),
  allowsAnyRuntime: z.boolean(),
  message: z.string().max(4096).optional(),
});

const savedPlan = z.object({
  format: z.literal(PLAN_FORMAT),
  application: name,
  backend: name,
  /** RFC 3339, UTC. */
  createdAt: z.string(),
  createdBy: z.string(),
  request,
  base,
  modules: z.array(module),
  /** Manifest digest -> its lines: digest, mode, size, path. */
  trees: z.record(digest, z.array(z.string())),
  /** Kinds of settings that it replaces -> digest of the new value. */
  settings: z.record(name, digest),
  /** For people, in order. */
  changes: z.array(z.string()),
});

export type SavedPlan = z.infer<typeof savedPlan>;

/** With a digest over all of it, so that a file that was cut or edited is none. */
export const planDocument = z.object({ plan: savedPlan, digest });
