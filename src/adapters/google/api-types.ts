/** The fields of Google's resources that this adapter reads (discovery document of the Admin API v1). */

export interface GoogleOperation {
  /** `apps/APP/operations/ID` */
  readonly name: string;
  readonly done?: boolean;
  readonly metadata?: {
    readonly method?: string;
    readonly insertTime?: string;
    readonly endTime?: string;
    readonly user?: string;
    readonly target?: string;
    readonly warning?: readonly string[];
    readonly ephemeralMessage?: string;
    readonly createVersionMetadata?: { readonly cloudBuildId?: string };
  };
  readonly response?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code?: number; readonly message?: string; readonly details?: readonly unknown[] };
}

export interface ApplicationResource {
  readonly id?: string;
  readonly servingStatus?: string;
  readonly defaultHostname?: string;
  readonly codeBucket?: string;
  readonly locationId?: string;
  readonly serviceAccount?: string;
  readonly dispatchRules?: readonly { readonly domain?: string; readonly path?: string; readonly service?: string }[];
}

export interface ServiceResource {
  readonly id: string;
  readonly split?: { readonly allocations?: Readonly<Record<string, number>>; readonly shardBy?: string };
  readonly networkSettings?: { readonly ingressTrafficAllowed?: string };
}

export interface VersionResource {
  readonly id: string;
  readonly runtime?: string;
  readonly env?: string;
  readonly servingStatus?: string;
  readonly createTime?: string;
  readonly createdBy?: string;
  readonly diskUsageBytes?: string;
  readonly versionUrl?: string;
  readonly instanceClass?: string;
  readonly threadsafe?: boolean;
  readonly runtimeApiVersion?: string;
  readonly serviceAccount?: string;
  readonly entrypoint?: { readonly shell?: string };
  readonly inboundServices?: readonly string[];
  readonly envVariables?: Readonly<Record<string, string>>;
  readonly buildEnvVariables?: Readonly<Record<string, string>>;
  readonly libraries?: readonly { readonly name?: string; readonly version?: string }[];
  readonly automaticScaling?: {
    readonly minIdleInstances?: number;
    readonly maxIdleInstances?: number;
    readonly maxConcurrentRequests?: number;
    readonly standardSchedulerSettings?: { readonly minInstances?: number; readonly maxInstances?: number };
    readonly minTotalInstances?: number;
    readonly maxTotalInstances?: number;
  };
  readonly basicScaling?: { readonly maxInstances?: number; readonly idleTimeout?: string };
  readonly manualScaling?: { readonly instances?: number };
  readonly deployment?: {
    readonly files?: Readonly<Record<string, { readonly sourceUrl?: string; readonly sha1Sum?: string }>>;
    readonly zip?: { readonly filesCount?: number };
  };
}

export interface InstanceResource {
  readonly id: string;
  readonly startTime?: string;
  readonly requests?: number;
  readonly errors?: number;
  readonly averageLatency?: number;
  readonly memoryUsage?: string;
  readonly vmStatus?: string;
  readonly vmLiveness?: string;
}
