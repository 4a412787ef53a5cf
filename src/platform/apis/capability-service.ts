/** The service `capability_service`: which of the APIs this platform offers. */
import { type ApiService, apiMethod } from './api-service.ts';
import { schema } from './protocol/codec.ts';

const definitions = schema(`
  message IsEnabledRequest { required string package = 1; repeated string capability = 2; repeated string call = 3; }
  message IsEnabledResponse { optional int32 summary_status = 1; optional int64 time_until_scheduled = 2; }
`);

const request = definitions.message<{ readonly package: string; readonly call: readonly string[] }>('IsEnabledRequest');
const response = definitions.message<{ readonly summary_status: number }>('IsEnabledResponse');

const ENABLED = 1;
const DISABLED = 4;

/** @param methods of the services offered, by service */
export function createCapabilityService(methods: (service: string) => readonly string[] | undefined): ApiService {
  return {
    IsEnabled: apiMethod(request, response, ({ package: service, call }) => {
      const known = methods(service);
      const isEnabled = known !== undefined && call.every((name) => known.includes(name));
      return { summary_status: isEnabled ? ENABLED : DISABLED };
    }),
  };
}
