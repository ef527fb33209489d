#!/bin/sh
# Real clients of MCP (the inspector, and the official TypeScript SDK in versions 1 and 2) list and call every example. Needs npm, of any version.
set -u
cd "$(dirname "$0")"
. ../mcp.sh

node_of "$PWD/clients" install.log || { echo "REAL MCP CLIENTS WERE NOT RUN: see above."; exit 0; }
notes=$(mktemp -d)
serve --file "$PWD/../../examples" --volume notes="$notes" || { rm -rf "$notes"; echo "REAL MCP CLIENTS FAILED: see above." >&2; exit 1; }
"$node" clients/clients.mjs "$url" "$node" "$program" "$PWD/../../examples"
status=$?
rm -rf "$notes"
exit "$status"
