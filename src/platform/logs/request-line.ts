/** The line of a request record: what JSON.stringify would write, made for the one record that every request writes. */
import type { RequestLog } from '../../model/log.ts';

/** Longer texts may have to be cut, and are rare. */
const LONGEST_USUAL_TEXT = 8 * 1024;

/** Undefined for a record that is out of the ordinary. */
export function requestLine(record: RequestLog): string | undefined {
  const { resource, referrer, userAgent, host } = record;
  const isUsual =
    record.flush === undefined &&
    record.exitReason === undefined &&
    record.taskQueue === undefined &&
    record.taskName === undefined &&
    resource.length <= LONGEST_USUAL_TEXT &&
    host.length <= LONGEST_USUAL_TEXT &&
    (referrer === undefined || referrer.length <= LONGEST_USUAL_TEXT) &&
    (userAgent === undefined || userAgent.length <= LONGEST_USUAL_TEXT);
  if (!isUsual) return undefined;
  let text = `{"timeMs":${record.timeMs},"kind":"request",${originOf(record)}`;
  if (record.requestId !== undefined) text += `"requestId":${quoted(record.requestId)},`;
  text += `"level":"${record.level}","method":${quoted(record.method)},"resource":${quoted(resource)},"httpVersion":${quoted(record.httpVersion)},"status":${record.status},"responseSize":${record.responseSize},"latencyMs":${record.latencyMs},"pendingMs":${record.pendingMs},"ip":${quoted(record.ip)},"host":${quoted(host)}`;
  if (referrer !== undefined) text += `,"referrer":${quoted(referrer)}`;
  if (userAgent !== undefined) text += `,"userAgent":${quoted(userAgent)}`;
  if (record.wasLoadingRequest !== undefined) text += `,"wasLoadingRequest":${record.wasLoadingRequest}`;
  return `${text}}\n`;
}

type Origin = Pick<RequestLog, 'application' | 'module' | 'version' | 'instance'>;

let lastOrigin: Origin = { application: '', module: '', version: '' };
let lastOriginText = '';

/** The records of one instance come one after the other. */
function originOf(record: RequestLog): string {
  const { application, module, version, instance } = record;
  const isSame =
    instance === lastOrigin.instance &&
    version === lastOrigin.version &&
    module === lastOrigin.module &&
    application === lastOrigin.application;
  if (isSame && lastOriginText !== '') return lastOriginText;
  let text = `"application":${quoted(application)},"module":${quoted(module)},"version":${quoted(version)},`;
  if (instance !== undefined) text += `"instance":${quoted(instance)},`;
  lastOrigin = { application, module, version, ...(instance === undefined ? {} : { instance }) };
  lastOriginText = text;
  return text;
}

function quoted(text: string): string {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}
