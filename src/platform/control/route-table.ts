/** Which function answers a method and a path. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { Channel } from '../access/channel.ts';
import type { Access } from '../access/route-access.ts';

export interface RouteRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Values of the pattern's `:name` parts, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Who asks. What the route's access wants has been checked. */
  readonly caller: Caller;
  readonly channel: Channel;
}

/** Answers a value that is sent as JSON, or undefined when it has answered by itself. */
export type RouteHandler = (request: RouteRequest) => Promise<unknown> | unknown;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * `/appcfg/v1/apps/:app/blobs:missing`: a part that begins with a colon is a parameter; in `:app:repair` a verb
   * follows it. Of several routes that match the first one answers.
   */
  readonly pattern: string;
  /** Who may call it, and whether it changes something. */
  readonly access: Access;
  readonly handler: RouteHandler;
}

export interface FoundRoute {
  readonly access: Access;
  readonly handler: RouteHandler;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Answers the route, `method` when only the method is wrong, undefined when the path is unknown. */
export type FindRoute = (method: string, path: string) => FoundRoute | 'method' | undefined;

export function createRouteTable(routes: readonly Route[]): FindRoute {
  const compiled = routes.map((route) => ({ ...route, parts: route.pattern.split('/') }));
  return (method, path) => {
    const parts = path.split('/');
    let isKnownPath = false;
    for (const route of compiled) {
      const parameters = match(route.parts, parts);
      if (!parameters) continue;
      if (route.method === method) return { handler: route.handler, parameters, access: route.access };
      isKnownPath = true;
    }
    return isKnownPath ? 'method' : undefined;
  };
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (!expected.startsWith(':')) {
      if (expected !== part) return undefined;
      continue;
    }
    const [, name = '', verb] = expected.split(':');
    const value = decode(part);
    if (value === undefined) return undefined;
    const suffix = verb === undefined ? '' : `:${verb}`;
    if (!value.endsWith(suffix) || value.length === suffix.length) return undefined;
    parameters[name] = value.slice(0, value.length - suffix.length);
  }
  return parameters;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
