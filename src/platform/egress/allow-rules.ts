/** What an operator opens beside the documented policy, for one application or for all. */
import { failure } from '../../errors.ts';
import { type IpAddress, type IpRange, isInRange, parseRange } from './ip-address.ts';

export type SocketProtocol = 'tcp' | 'udp';

export interface AllowRule {
  /** `*`: every application. */
  readonly application: string;
  readonly range: IpRange;
  /** Undefined: all ports that are not blocked for everybody (mail and FTP). */
  readonly port?: number;
  /** Undefined: both. */
  readonly protocol?: SocketProtocol;
}

export interface AllowSource {
  /** For messages: a path, or the name of a variable. */
  readonly name: string;
  readonly text: string;
}

const EVERY_APPLICATION = '*';
const FORM =
  /^(?<range>\[[^\]]+\](?:\/\d+)?|[\d.]+(?:\/\d+)?|[\da-fA-F:]*::?[\da-fA-F:.]*\/\d+)(?::(?<port>\d+))?(?:\/(?<protocol>tcp|udp))?$/;

/**
 * Lines, or parts between semicolons, of an application and what is opened for it:
 * `shop 10.1.0.0/16:5432/tcp [fd00::7]:6379 127.0.0.1`.
 * @throws AppcfgError `platform.socket-rule-invalid`
 */
export function parseAllowRules({ name, text }: AllowSource): readonly AllowRule[] {
  return text.split('\n').flatMap((line, index) =>
    (line.split('#')[0] ?? '').split(';').flatMap((part) => {
      const [application, ...opened] = part.split(/[\s,]+/).filter((word) => word !== '');
      if (application === undefined) return [];
      const where = { source: name, line: index + 1 };
      if (opened.length === 0) {
        throw failure('platform.socket-rule-invalid', { ...where, rule: part.trim(), problem: 'it opens nothing' });
      }
      if (application !== EVERY_APPLICATION && !/^[a-z][\w:.~-]*$/.test(application)) {
        const problem = `${application} is not the id of an application`;
        throw failure('platform.socket-rule-invalid', { ...where, rule: part.trim(), problem });
      }
      return opened.map((rule) => ({ application, ...parseOpened(rule, where) }));
    }),
  );
}

/** Whether a rule opens this for the application. */
export function isOpened(
  rule: AllowRule,
  to: { readonly protocol: SocketProtocol; readonly address: IpAddress },
): boolean {
  if (rule.protocol !== undefined && rule.protocol !== to.protocol) return false;
  return isInRange(to.address, rule.range);
}

export function rulesOf(rules: readonly AllowRule[], application: string): readonly AllowRule[] {
  return rules.filter((rule) => rule.application === EVERY_APPLICATION || rule.application === application);
}

function parseOpened(
  rule: string,
  where: { readonly source: string; readonly line: number },
): Omit<AllowRule, 'application'> {
  const refuse = (problem: string) => failure('platform.socket-rule-invalid', { ...where, rule, problem });
  const groups = FORM.exec(rule)?.groups;
  const range = groups?.range === undefined ? undefined : parseRange(groups.range.replace(/[[\]]/g, ''));
  if (!groups || !range) throw refuse('it is not RANGE, RANGE:PORT or RANGE:PORT/tcp');
  const port = groups.port === undefined ? undefined : Number(groups.port);
  if (port !== undefined && (port < 1 || port > 65_535)) throw refuse('ports are from 1 to 65535');
  return {
    range,
    ...(port === undefined ? {} : { port }),
    ...(groups.protocol === undefined ? {} : { protocol: groups.protocol as SocketProtocol }),
  };
}
