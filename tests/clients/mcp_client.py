"""Speaks MCP with jieda as a model's host would, by the Python SDK.

mcp_client.py WHERE MODE CALLS: WHERE is an address or a command, MODE the SDK's (auto, legacy, a
version), CALLS a JSON list of [tool, arguments]. Prints what it saw as one JSON object.
"""
import asyncio
import json
import shlex
import sys

from mcp import Client, StdioServerParameters


def shown(result):
    return {
        "error": bool(result.is_error),
        "text": "".join(block.text for block in result.content),
        "structured": result.structured_content,
        "chars": len(result.model_dump_json(by_alias=True, exclude_none=True)),
    }


async def main(where, mode, calls):
    if where.startswith("http"):
        server = where
    else:
        command, *args = shlex.split(where)
        server = StdioServerParameters(command=command, args=args)
    async with Client(server, mode=mode) as client:
        tools = (await client.list_tools()).tools
        print(json.dumps({
            "protocol": client.protocol_version,
            "server": client.server_info.name if client.server_info else None,
            "version": client.server_info.version if client.server_info else None,
            "tools": [{"name": t.name, "description": t.description, "input": t.input_schema,
                       "output": t.output_schema} for t in tools],
            "calls": [shown(await client.call_tool(name, arguments)) for name, arguments in calls],
        }))


asyncio.run(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
