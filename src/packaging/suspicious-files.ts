/** Files that are probably not meant to be deployed: those that look like secrets, and those that git ignores. */
import { gitIgnored } from './git-ignored.ts';
import type { TreeProblem } from './tree-problem.ts';

/** At most one finding a file, in the order of `paths`. @param directory absolute; @param paths relative to it */
export async function suspiciousFiles(directory: string, paths: readonly string[]): Promise<readonly TreeProblem[]> {
  const findings = new Map<string, TreeProblem>();
  for (const finding of [...lookLikeSecrets(paths), ...(await gitIgnored(directory, paths))]) {
    if (!findings.has(finding.path)) findings.set(finding.path, finding);
  }
  return paths.flatMap((path) => findings.get(path) ?? []);
}

/** Judged by name alone; examples and templates are left in peace. */
export function lookLikeSecrets(paths: readonly string[]): readonly TreeProblem[] {
  return paths.flatMap((path) => {
    const kind = secretKind(path.toLowerCase());
    return kind === undefined ? [] : [{ path, reason: `looks like ${kind}` }];
  });
}

const secretNames: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['a private key', /^(?:id_(?:rsa|dsa|ecdsa|ed25519)|.+\.(?:pem|key|ppk|p12|pfx|jks|keystore))$/],
  ['environment settings with secrets', /^\.env(?:\..+)?$|^.+\.env$/],
  ['a service account key', /^(?:.*service[-_]?account.*|.*-[0-9a-f]{12})\.json$/],
  [
    'credentials',
    /^(?:client_secrets?.*|(?:application_default_)?credentials?)\.json$|^credentials?(?:\.(?:ya?ml|ini|csv))?$/,
  ],
  ['a file of secrets', /^\.?secrets?(?:\.[a-z0-9]+)?$/],
  ['a password file', /^(?:\.htpasswd|\.pgpass|\.my\.cnf|\.netrc|_netrc|.+\.kdbx?)$/],
  ['access to a package registry or repository', /^(?:\.npmrc|\.pypirc|\.dockercfg|\.git-credentials|\.boto|\.s3cfg)$/],
  ['the state of Terraform, which holds secrets', /^.+\.tfstate(?:\.backup)?$|^.+\.tfvars$/],
];

const harmless = /(?:^|[._-])(?:example|sample|template|dist|tmpl)(?:[._-]|$)|(?:^|[._-])pub(?:lic)?[._-]/;

function secretKind(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (harmless.test(name)) return undefined;
  // Bundles of public certificates are the one common .pem that is not a key.
  if (/^(?:cacert|ca-bundle|ca-certificates|fullchain|chain|cert|certs)\.pem$/.test(name)) return undefined;
  return secretNames.find(([, pattern]) => pattern.test(name))?.[0];
}
