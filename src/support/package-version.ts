/** The version of this package; tool and platform compare theirs. */
import manifest from '../../package.json' with { type: 'json' };

export const packageVersion: string = manifest.version;
