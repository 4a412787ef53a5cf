/** Who sends a request, and what that lets it do: the one place where roles are compared. */
import { failure } from '../../errors.ts';
import { allows, describeGrant, type Identity, type Role } from '../../model/access.ts';

export class Caller {
  readonly identity: Identity;
  /** IP address that the request came from. */
  readonly address: string;
  /** Of the platform's tokens; undefined for the user of its own machine. */
  readonly tokenId: string | undefined;
  #hasDecided = false;
  #askedFor: string | undefined;

  constructor(identity: Identity, address: string, tokenId?: string) {
    this.identity = identity;
    this.address = address;
    this.tokenId = tokenId;
  }

  /**
   * @param application undefined: the platform as a whole
   * @throws AppcfgError `control.forbidden`
   */
  require(role: Role, application: string | undefined): void {
    this.#hasDecided = true;
    this.#askedFor = application;
    if (allows(this.identity, role, application)) return;
    throw failure('control.forbidden', {
      name: this.identity.name,
      has: describeGrant(this.identity),
      needs: application === undefined ? platformNeeds(role) : `${role} of ${application.slice(0, 128)}`,
    });
  }

  may(role: Role, application: string | undefined): boolean {
    return allows(this.identity, role, application);
  }

  /** The application that something was required for last. */
  get askedFor(): string | undefined {
    return this.#askedFor;
  }

  /** Something was required of it; a route that decides by itself must have asked. */
  get hasDecided(): boolean {
    return this.#hasDecided;
  }

  /**
   * Under which name a change is recorded. What a tool says about its user is believed of the platform's own user only:
   * everybody else is who the token says.
   */
  author(claimed: string): string {
    return this.identity.kind === 'local' && claimed !== '' ? claimed.slice(0, 256) : this.identity.name;
  }
}

function platformNeeds(role: Role): string {
  return role === 'admin' ? 'admin' : `${role} of all applications`;
}

/** Who calls what needs no token: may nothing else. */
export function anonymous(address: string): Caller {
  return new Caller({ kind: 'token', name: 'anonymous', role: 'viewer', applications: [] }, address);
}
