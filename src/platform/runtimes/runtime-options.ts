/** What the runtimes are given by the composition root. */
import type { Environment } from './executables.ts';

export interface RuntimeOptions {
  /** The package's `runtimes/` directory: launchers that ship as plain files. */
  readonly assetsDirectory: string;
  /** The platform's own environment: PATH, APPCFG_PYTHON27, settings for downloads. Instances get none of it but PATH. */
  readonly environment: Environment;
}
