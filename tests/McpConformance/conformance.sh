#!/bin/sh
# Runs the official MCP conformance suite against `tapedeck serve --conformance-fixture`, once for each revision, and prints one line each, "NAME: N passed, N failed, N skipped",
# in scenarios. What a revision does not require (extensions, pending scenarios) is run by the suite and not counted. Needs npm, of any version.
set -u
cd "$(dirname "$0")"

revisions="2026-07-28 2025-11-25"

skip() {
    echo "MCP CONFORMANCE WAS NOT RUN: $1"
    echo "mcp-2026-07-28: 0 passed, 0 failed, 37 skipped"
    echo "mcp-2025-11-25: 0 passed, 0 failed, 30 skipped"
    exit 0
}

command -v npm >/dev/null 2>&1 || skip "it needs npm."
(cd suite && npm ci --ignore-scripts --no-audit --no-fund) >suite-install.log 2>&1 || skip "npm could not install the suite; see tests/McpConformance/suite-install.log."
node=$(ls -d suite/node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
[ -n "$node" ] && "$node" --version >/dev/null 2>&1 || skip "there is no Node 22 for this machine."

work=$(mktemp -d)
configuration=$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')
dotnet "../../artifacts/bin/Server/$configuration/tapedeck.dll" serve --conformance-fixture --listen 127.0.0.1:0 --cache none >"$work/banner" 2>"$work/errors" &
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

tries=0
until grep -q '^MCP is served at ' "$work/banner"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "MCP CONFORMANCE FAILED: tapedeck did not start." >&2
        cat "$work/errors" >&2
        exit 1
    fi
    sleep 0.2
done
url=$(sed -n 's/^MCP is served at //p' "$work/banner")

status=0
for revision in $revisions; do
    "$node" suite/node_modules/@modelcontextprotocol/conformance/dist/index.js server --url "$url" --requirements "$revision" -o "$work/$revision" \
        >"$work/log" 2>&1 || status=1
    # The first list has every scenario, the second those that are not scored.
    awk -v name="mcp-$revision" '
        /^Not scored/ { second = 1 }
        /^ *(✓|✗) / {
            scenario = $2; sub(/:$/, "", scenario)
            if (second) { delete result[scenario] } else { result[scenario] = $1 }
        }
        END {
            for (scenario in result) { if (result[scenario] == "✓") passed++; else { failed++; print name ": " scenario " failed" } }
            printf "%s: %d passed, %d failed, 0 skipped\n", name, passed, failed
            exit passed == 0
        }' "$work/log" || { status=1; cat "$work/log"; }
done
exit "$status"
