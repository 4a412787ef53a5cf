/** Answers web requests with Node's own server; Express and others work the same way. */
import { createServer } from 'node:http';

const { PORT = '8080', GAE_SERVICE: module = 'default', GAE_VERSION: version = '' } = process.env;

// What cron.yaml and queue.yaml call. The header is taken out of requests that others send.
const internal = { '/cron/daily': 'x-appengine-cron', '/tasks/work': 'x-appengine-queuename' };

function answer(request) {
  const { pathname: path } = new URL(request.url, 'http://localhost');
  if (path === '/' || path === `/${module}/`) return [200, `Hello from module ${module}, version ${version}!`];
  if (Object.hasOwn(internal, path)) {
    if (request.headers[internal[path]] === undefined) return [403, 'Only the platform may call this.'];
    console.log('called:', path);
    return [200, 'done'];
  }
  return [404, `There is no page ${path}.`];
}

const server = createServer((request, response) => {
  const [status, text] = answer(request);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
});

server.listen(Number(PORT));
process.once('SIGTERM', () => server.close());
