/** Requests against the API's own description: unknown routes, parameters and fields, wrong types and output-only fields. */
import document from '../../src/protocol/admin/discovery/appengine-v1.json' with { type: 'json' };

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly description?: string;
  readonly readOnly?: boolean;
}

interface Parameter {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly location?: string;
}

interface Method {
  readonly id: string;
  readonly flatPath: string;
  readonly httpMethod: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly request?: { readonly $ref: string };
}

interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

const schemas = document.schemas as unknown as Readonly<Record<string, Schema>>;
const standardParameters = document.parameters as unknown as Readonly<Record<string, Parameter>>;
const methods = methodsOf(document as unknown as Resource).filter(({ id }) => id.startsWith('appengine.apps.'));

export interface FoundMethod {
  /** `apps.services.versions.create` */
  readonly id: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What is wrong with the request, by the description. */
  readonly problems: readonly string[];
}

export interface DescribedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** undefined for a route that the API does not have. */
export function describedMethod(request: DescribedRequest): FoundMethod | undefined {
  for (const method of methods) {
    if (method.httpMethod !== request.method) continue;
    const parameters = matchPath(method.flatPath, request.path.slice(1));
    if (!parameters) continue;
    const problems = [...queryProblems(method, request.query), ...bodyProblems(method, request)];
    return { id: method.id.replace('appengine.', ''), parameters, problems };
  }
  return undefined;
}

function methodsOf({ methods: own = {}, resources = {} }: Resource): readonly Method[] {
  return [...Object.values(own), ...Object.values(resources).flatMap(methodsOf)];
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expression = pattern.replaceAll(/[.:$]/g, '\\$&').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+?)');
  const match = new RegExp(`^${expression}$`).exec(path);
  if (!match) return undefined;
  return Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

function queryProblems(method: Method, query: URLSearchParams): readonly string[] {
  return [...query].flatMap(([name, value]) => {
    const own = method.parameters?.[name];
    const parameter = own?.location === 'query' ? own : standardParameters[name];
    if (!parameter) return [`Unknown query parameter ${name}`];
    return scalarProblem(parameter, typed(parameter, value), `query ${name}`);
  });
}

function typed({ type }: Parameter, value: string): unknown {
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (type === 'integer') return /^-?\d+$/.test(value) ? Number(value) : value;
  return value;
}

function bodyProblems({ request }: Method, { body, method }: DescribedRequest): readonly string[] {
  if (!request) return body === undefined ? [] : [`${method} takes no body`];
  if (body === undefined) return ['The body is missing'];
  return valueProblems({ $ref: request.$ref }, body, request.$ref);
}

function valueProblems(schema: Schema, value: unknown, path: string): readonly string[] {
  const described = schema.$ref ? schemas[schema.$ref] : schema;
  if (!described) return [`${path}: the schema ${schema.$ref} is not described`];
  if (schema.readOnly === true || /@OutputOnly|^Output only/i.test(schema.description ?? ''))
    return [`${path} is output only`];
  if (described.type === 'object' || described.properties) return objectProblems(described, value, path);
  if (described.type === 'array') {
    if (!Array.isArray(value)) return [`${path} must be a list`];
    return value.flatMap((item, index) => valueProblems(described.items ?? {}, item, `${path}[${index}]`));
  }
  return scalarProblem(described, value, path);
}

function objectProblems({ properties, additionalProperties }: Schema, value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} must be an object`];
  return Object.entries(value).flatMap(([name, member]) => {
    const schema = properties?.[name] ?? additionalProperties;
    if (!schema) return [`Invalid JSON payload received. Unknown name "${name}" at '${path}': Cannot find field.`];
    return valueProblems(schema, member, `${path}.${name}`);
  });
}

function scalarProblem({ type, format, enum: members }: Schema, value: unknown, path: string): readonly string[] {
  const wrong = (wanted: string) => [`Invalid value at '${path}' (${wanted}), ${JSON.stringify(value)}`];
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('boolean');
    case 'integer':
      return Number.isInteger(value) ? [] : wrong(format ?? 'integer');
    case 'number':
      return typeof value === 'number' ? [] : wrong('number');
    case 'any':
      return [];
    default:
      if (typeof value !== 'string') return wrong('string');
      if (members && !members.includes(value)) return wrong(`one of ${members.join(', ')}`);
      if (format === 'google-duration' && !/^\d+(\.\d{1,9})?s$/.test(value)) return wrong('duration');
      return [];
  }
}
