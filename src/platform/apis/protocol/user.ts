/** The messages of the user service. */
import { type Empty, schema } from './codec.ts';

const definitions = schema(`
  message Empty {}
  message CreateURLRequest { optional string destination_url = 1; }
  message CreateLoginURLResponse { optional string login_url = 1; }
  message CreateLogoutURLResponse { optional string logout_url = 1; }
`);

export const userMessages = {
  empty: definitions.message<Empty>('Empty'),
  createUrlRequest: definitions.message<{ readonly destination_url?: string }>('CreateURLRequest'),
  createLoginUrlResponse: definitions.message<{ readonly login_url: string }>('CreateLoginURLResponse'),
  createLogoutUrlResponse: definitions.message<{ readonly logout_url: string }>('CreateLogoutURLResponse'),
};

export const userErrors = { redirectUrlTooLong: 1, notAllowed: 2, oauthInvalidRequest: 4 } as const;
