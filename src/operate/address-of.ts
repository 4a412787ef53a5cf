/** Where an application, a module or a version answers. */
import { DEFAULT_MODULE } from '../model/names.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

export interface AddressQuery {
  readonly application: string;
  readonly module?: string | undefined;
  /** Of the module, or of the default one. */
  readonly version?: string | undefined;
}

/** @throws AppcfgError `application.not-found`, `module.not-found`, `version.not-found` */
export async function addressOf(context: OperateContext, query: AddressQuery): Promise<string> {
  const application = await describeApplication(context, query.application);
  const { module, version } = query;
  if (version !== undefined) return requireVersion(application, module ?? DEFAULT_MODULE, version).url;
  return module === undefined ? application.url : requireModule(application, module).url;
}
