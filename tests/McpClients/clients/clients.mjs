// Real clients list and call every example, over HTTP and over standard input and output. Usage: clients.mjs URL NODE PROGRAM EXAMPLES
// Prints a line for each client and transport, and what went wrong. PROGRAM is tapedeck.dll.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';

const [url, node, program, examples] = process.argv.slice(2);
const inspector = join(import.meta.dirname, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const scratch = mkdtempSync(join(tmpdir(), 'clients-'));
const run = promisify(execFile);

// What to call a tool with, and the text that it answers, or the code of its error. Of a page of the internet only that nobody forbade it.
const calls = {
  text: [
    ['slug', { title: 'Hello, World' }, 'hello-world'],
    ['count', { text: 'two words' }, '{"characters":9,"words":2,"lines":1}'],
    ['divide', { dividend: 1, divisor: 4 }, '0.25'],
    ['divide', { dividend: 1, divisor: 0 }, 'tool-error'],
    ['slug', { titel: 'Hello' }, 'invalid-arguments'],
  ],
  table: [
    ['sums', { csv: 'a,b\n1,2\n3,4' }, null],
    ['markdown', { csv: 'a,b\n1,2' }, null],
  ],
  notes: [
    ['write', { name: 'client', text: 'a note' }, 'null'],
    ['read', { name: 'client' }, 'a note'],
    ['names', {}, null],
    ['read', { name: 'missing' }, 'tool-error'],
  ],
  fetch: [['get', { url: 'https://example.com/' }, undefined]],
  denied: [['get', { url: 'https://example.com/' }, 'denied']],
};
const prefixes = { notes: 'notes_', fetch: 'fetch_', denied: 'denied_' };

// As `tapedeck run` serves one component by itself: without the manifest that sets prefixes, and with a policy of our own.
const policy = join(scratch, 'policy.yaml');
writeFileSync(policy, `apiVersion: tapedeck.dev/v1alpha1
kind: CapabilityPolicy
metadata: {name: clients}
spec: {toolSelector: {}, storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read, write]}]}}
`);
const commandOf = (example) => [program, 'run', join(examples, example === 'denied' ? 'fetch' : example, `${example === 'denied' ? 'fetch' : example}.wasm`),
  '--policy', policy, '--volume', `notes=${scratch}`, '--cache', join(scratch, 'cache')];

let failed = 0;

function check(who, name, result, expected) {
  const text = result.content?.[0]?.text;
  const code = result._meta?.['tapedeck.dev/error']?.code;
  const ok = result.isError
    ? code !== undefined && result.structuredContent === undefined && (expected === code || (expected === undefined && code !== 'denied' && code !== 'internal'))
    : result.structuredContent !== undefined && 'result' in result.structuredContent && (expected === undefined || expected === null || text === expected);
  if (!ok) {
    failed++;
    console.log(`${who}: ${name}: expected ${expected}, but found ${JSON.stringify(result).slice(0, 500)}`);
  }
}

// The SDKs check structured content against the output schemas that they have listed.
async function useSdk(who, client, transport, wanted) {
  await client.connect(transport);
  try {
    const { tools } = await client.listTools();
    let count = 0;
    for (const [name, args, expected] of wanted) {
      if (!tools.some((tool) => tool.name === name && tool.inputSchema.type === 'object' && tool.outputSchema)) {
        failed++;
        console.log(`${who}: ${name} is not listed with its schemas`);
        continue;
      }
      check(who, name, await client.callTool({ name, arguments: args }), expected);
      count++;
    }
    return count;
  } finally {
    await client.close();
  }
}

async function useInspector(target, wanted) {
  const ask = async (...args) => {
    try {
      return JSON.parse((await run(node, [inspector, '--cli', ...target, ...args], { maxBuffer: 1 << 24, timeout: 60_000 })).stdout);
    } catch (error) {
      // A call that fails is an exit code as well, with the result as ever.
      if (error.stdout?.trim().startsWith('{')) return JSON.parse(error.stdout);
      throw error;
    }
  };
  const { tools } = await ask('--method', 'tools/list');
  for (const [name, args, expected] of wanted) {
    if (!tools.some((tool) => tool.name === name)) throw new Error(`${name} is not listed`);
    const flags = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${value}`]);
    check('inspector', name, await ask('--method', 'tools/call', '--tool-name', name, ...flags), expected);
  }
  return wanted.length;
}

async function report(who, use) {
  const before = failed;
  try {
    const count = await use();
    console.log(`${who}: ${count} calls, ${failed - before} failed`);
  } catch (error) {
    failed++;
    console.log(`${who}: ${error.stack ?? error}`.slice(0, 2000));
  }
}

const info = { name: 'tapedeck-clients', version: '1.0.0' };
const v2 = (mode) => new ClientV2(info, { versionNegotiation: { mode } });
const all = Object.entries(calls).flatMap(([example, list]) => list.map(([name, ...rest]) => [(prefixes[example] ?? '') + name, ...rest]));

await report('SDK v1, HTTP', () => useSdk('SDK v1, HTTP', new ClientV1(info), new HttpV1(new URL(url)), all));
await report('SDK v2 legacy, HTTP', () => useSdk('SDK v2 legacy, HTTP', v2('legacy'), new HttpV2(new URL(url)), all));
await report('SDK v2 modern, HTTP', () => useSdk('SDK v2 modern, HTTP', v2({ pin: '2026-07-28' }), new HttpV2(new URL(url)), all));
await report('inspector, HTTP', () => useInspector([url, '--transport', 'http'], all));
for (const [example, list] of Object.entries(calls).filter(([name]) => name !== 'fetch')) {
  const stdio = { command: 'dotnet', args: commandOf(example), stderr: 'ignore' };
  await report(`SDK v1, stdio, ${example}`, () => useSdk(`SDK v1, stdio, ${example}`, new ClientV1(info), new StdioV1(stdio), list));
  await report(`SDK v2 modern, stdio, ${example}`, () => useSdk(`SDK v2 modern, stdio, ${example}`, v2({ pin: '2026-07-28' }), new StdioV2(stdio), list));
}
await report('inspector, stdio, text', () => useInspector(['dotnet', ...commandOf('text')], calls.text.slice(0, 1)));

rmSync(scratch, { recursive: true });
console.log(`mcp-clients: ${failed === 0 ? 'all passed' : `${failed} failed`}`);
process.exit(failed === 0 ? 0 : 1);
