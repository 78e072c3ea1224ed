// Speaks MCP with jieda as a model's host would, by the TypeScript SDK, which checks each
// structured result against the tool's output schema.
//
// mcp_client.mjs WHERE CALLS: WHERE is an address or a command, CALLS a JSON list of
// [tool, arguments]. Prints what it saw as one JSON object.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [where, calls] = process.argv.slice(2);
const [command, ...args] = where.split(' ');
const transport = where.startsWith('http')
  ? new StreamableHTTPClientTransport(new URL(where))
  : new StdioClientTransport({ command, args });
const client = new Client({ name: 'jieda-tests', version: '1' });
await client.connect(transport);
const { tools } = await client.listTools();
const shown = [];
for (const [name, args] of JSON.parse(calls)) {
  const result = await client.callTool({ name, arguments: args });
  shown.push({
    error: result.isError === true,
    text: result.content.map((block) => block.text).join(''),
    structured: result.structuredContent ?? null,
    chars: [...JSON.stringify(result)].length,
  });
}
const server = client.getServerVersion();
console.log(JSON.stringify({
  protocol: transport.protocolVersion ?? null,
  server: server.name,
  version: server.version,
  tools: tools.map((t) => ({
    name: t.name, description: t.description, input: t.inputSchema, output: t.outputSchema ?? null,
  })),
  calls: shown,
}));
await client.close();
