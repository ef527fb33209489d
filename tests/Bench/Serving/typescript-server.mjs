// The trivial tool on the official TypeScript SDK, version 1, without sessions: a server for each request, as its documentation has it. Prints where it serves.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.argv[2]}/`));
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const { McpServer } = await load('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = await load('@modelcontextprotocol/sdk/server/streamableHttp.js');
const { z } = await load('zod');

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  // It knows the revision of before only.
  request.headers['mcp-protocol-version'] = '2025-11-25';
  for (let i = 0; i < request.rawHeaders.length; i += 2) if (request.rawHeaders[i].toLowerCase() === 'mcp-protocol-version') request.rawHeaders[i + 1] = '2025-11-25';
  const mcp = new McpServer({ name: 'bench', version: '1.0.0' });
  mcp.registerTool('text_slug', { inputSchema: { title: z.string() }, outputSchema: { result: z.string() } }, ({ title }) => {
    const result = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    return { content: [{ type: 'text', text: result }], structuredContent: { result } };
  });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on('close', () => { transport.close(); mcp.close(); });
  await mcp.connect(transport);
  await transport.handleRequest(request, response, JSON.parse(Buffer.concat(chunks)));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
