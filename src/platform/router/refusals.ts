/** What a client is told when no instance takes its request. */
import type { Refused } from '../serving/version-pool.ts';
import { failureReply, pageReply, type Reply, stoppedReply } from './replies.ts';
import type { RoutedRequest } from './routed-request.ts';

/** `aborted` has no answer: the client is gone. */
export function refusalReply(request: RoutedRequest, refused: Refused): Reply | undefined {
  switch (refused.refusal) {
    case 'aborted':
      return undefined;
    case 'stopped':
    case 'shutting-down':
      return stoppedReply;
    case 'unknown-instance':
      return pageReply(404, 'Not Found', 'There is no such instance.');
    case 'start-failed':
      return failureReply(
        request,
        'default',
        pageReply(500, 'Error: Server Error', 'The application did not start. Its log says why.'),
      );
    case 'over-quota':
      return failureReply(request, 'over_quota', overQuotaReply);
    case 'pending-timeout':
      return busyReply(request);
  }
}

const overQuotaReply = pageReply(
  503,
  'Over Quota',
  'This application is temporarily over its serving quota. Please try again later.',
);

/** A named instance answers without a page: nobody else could have taken the request. */
function busyReply(request: RoutedRequest): Reply {
  if (request.route.instance !== undefined) return { status: 503 };
  const text = 'The request waited too long for an instance and was given up. Try again later.';
  return failureReply(request, 'default', pageReply(503, 'Service Unavailable', text));
}
