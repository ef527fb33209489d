#!/bin/sh
# Real clients of MCP (the inspector, and the official TypeScript SDK in versions 1 and 2) list and call every example. Needs npm, of any version.
set -u
cd "$(dirname "$0")"

skip() {
    echo "REAL MCP CLIENTS WERE NOT RUN: $1"
    exit 0
}

command -v npm >/dev/null 2>&1 || skip "they need npm."
(cd clients && npm ci --ignore-scripts --no-audit --no-fund) >install.log 2>&1 || skip "npm could not install them; see tests/McpClients/install.log."
node=$(ls -d "$PWD"/clients/node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
[ -n "$node" ] && "$node" --version >/dev/null 2>&1 || skip "there is no Node 22 for this machine."

work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
configuration=$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')
program=$PWD/../../artifacts/bin/Server/$configuration/tapedeck.dll
examples=$PWD/../../examples
mkdir "$work/notes"
dotnet "$program" serve --file "$examples" --volume notes="$work/notes" --listen 127.0.0.1:0 --cache none >"$work/banner" 2>"$work/errors" &
server=$!

tries=0
until grep -q '^MCP is served at ' "$work/banner"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "REAL MCP CLIENTS FAILED: tapedeck did not start." >&2
        cat "$work/errors" >&2
        exit 1
    fi
    sleep 0.2
done
"$node" clients/clients.mjs "$(sed -n 's/^MCP is served at //p' "$work/banner")" "$node" "$program" "$examples"
