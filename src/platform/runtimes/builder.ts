/** Who had something built, as a part of its key: others must not be served what one application's build has made. */
import type { Deployment } from '../deployment.ts';

interface Builder {
  readonly application: string;
  /** An application may choose where its packages come from. */
  readonly environment: Readonly<Record<string, string>>;
}

export function builderOf({ application, spec }: Deployment): Builder {
  return { application, environment: spec.buildEnvironmentVariables };
}
