// The floor: what ssh itself costs. The same questions as the playbook's, asked of every host over one `sh`, with nothing around them.
// Usage: node floor.mjs JOB.json, which holds { addresses, port, user, keyFile, atOnce, questions: [[command, what the answer begins with]], hold,
// upload: { file, to } }. Prints how many answers were as expected; anything else is a failure.
import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import ssh2 from 'ssh2';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const privateKey = readFileSync(job.keyFile);
const held = [];
let good = 0;

function login(address) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('ready', () => resolve(client)).on('error', reject);
    client.on('connect', () => client.setNoDelay(true));
    const { port, user: username } = job;
    client.connect({
      host: address,
      port,
      username,
      privateKey,
      readyTimeout: 600_000,
      hostVerifier: () => true,
      authHandler: ['publickey'],
    });
  });
}

const start = (client, command) =>
  new Promise((resolve, reject) => client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))));

/** One `sh`, one question at a time; the answer ends with a line of its own. */
async function ask(client, address) {
  const channel = await start(client, 'exec sh');
  let heard = '';
  let answered;
  channel.setEncoding('utf8');
  channel.stderr.resume();
  channel.on('data', (text) => {
    heard += text;
    const end = /\x01(\d+)\n/.exec(heard);
    if (!end) return;
    const answer = heard.slice(0, end.index);
    heard = heard.slice(end.index + end[0].length);
    answered([end[1], answer]);
  });
  for (const [command, expected] of job.questions) {
    const [code, answer] = await new Promise((resolve) => {
      answered = resolve;
      channel.write(`( ${command}\n) </dev/null; printf '\\001%s\\n' $?\n`);
    });
    if (code !== '0' || !answer.startsWith(expected)) throw new Error(`${address}: ${command}: ${code} ${answer}`);
    good++;
  }
  channel.end('exit\n');
}

async function upload(client, address) {
  const channel = await start(client, `cat >'${job.upload.to}/${address}'`);
  channel.resume();
  const ended = new Promise((resolve) => channel.once('close', resolve));
  await pipeline(createReadStream(job.upload.file), channel);
  await ended;
  good++;
}

async function one(address) {
  const client = await login(address);
  await (job.upload ? upload(client, address) : ask(client, address));
  if (job.hold) held.push(client);
  else client.end();
}

const left = [...job.addresses];
await Promise.all(
  Array.from({ length: job.atOnce }, async () => {
    for (let address = left.shift(); address !== undefined; address = left.shift()) await one(address);
  }),
);
for (const client of held) client.end();
process.stdout.write(`${good}\n`);
