// Talks to the operating system's keyring in a process of its own: a keyring that hangs or crashes takes this one with it.
// The request comes on standard input and never on the command line, where other users would see it.
let text = '';
for await (const piece of process.stdin) text += piece;
const { action, service, account, secret } = JSON.parse(text);

async function run() {
  const { default: keytar } = await import('keytar');
  switch (action) {
    case 'get':
      return keytar.getPassword(service, account);
    case 'set':
      await keytar.setPassword(service, account, secret);
      return null;
    case 'delete':
      return keytar.deletePassword(service, account);
    default:
      throw new Error(`unknown action ${action}`);
  }
}

let answer;
try {
  answer = { value: await run() };
} catch (error) {
  answer = { problem: String(error?.message ?? error).split('\n', 1)[0] };
}
process.stdout.write(JSON.stringify(answer));
