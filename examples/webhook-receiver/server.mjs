import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

function isGenuine(secret, headers, body) {
  const timestamp = headers['x-appcfg-timestamp'] ?? '';
  const signature = Buffer.from(headers['x-appcfg-signature'] ?? '');
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`);
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  return isRecent && signature.length === expected.length && timingSafeEqual(signature, expected);
}

createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  if (!isGenuine(process.env.WEBHOOK_SECRET, request.headers, body)) return response.writeHead(401).end('not genuine');
  const { event, application, release } = JSON.parse(body);
  console.log(`${event} of ${application} ${release ?? ''}`);
  response.writeHead(200).end('thank you');
}).listen(process.env.PORT);
