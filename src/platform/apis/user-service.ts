/** The service `user`: addresses of the local login page. */
import { ApplicationError } from './api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from './api-service.ts';
import { userMessages as messages, userErrors } from './protocol/user.ts';

/** App Engine's limit for the whole address. */
const MAX_URL_LENGTH = 2047;

export function createUserService(): ApiService {
  return {
    CreateLoginURL: apiMethod(messages.createUrlRequest, messages.createLoginUrlResponse, (request, call) => ({
      login_url: loginPageUrl('/_ah/login', request.destination_url, call),
    })),
    CreateLogoutURL: apiMethod(messages.createUrlRequest, messages.createLogoutUrlResponse, (request, call) => ({
      logout_url: loginPageUrl('/_ah/logout', request.destination_url, call),
    })),
    GetOAuthUser: apiMethod(messages.empty, messages.empty, () => {
      throw new ApplicationError(userErrors.oauthInvalidRequest, 'this platform issues no OAuth tokens');
    }),
  };
}

function loginPageUrl(path: string, destination: string | undefined, { caller }: ApiCall): string {
  const origin = `${caller.isSecure ? 'https' : 'http'}://${caller.host}`;
  // Resolved against the whole request, as a browser would: `?a=b` stays on the page.
  const base = `${origin}${caller.resource}`;
  const target = destination === undefined || destination === '' ? `${origin}/` : destination;
  if (!URL.canParse(target, base)) {
    throw new ApplicationError(userErrors.notAllowed, `${target.slice(0, 200)} is not an address`);
  }
  const url = `${origin}${path}?continue=${encodeURIComponent(new URL(target, base).href)}`;
  if (url.length > MAX_URL_LENGTH) {
    throw new ApplicationError(userErrors.redirectUrlTooLong, `an address may have ${MAX_URL_LENGTH} characters`);
  }
  return url;
}
