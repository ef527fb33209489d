#!/bin/sh
# Runs the official MCP conformance suite against `tapedeck serve --conformance-fixture`, once for each revision, and prints one line each, "NAME: N passed, N failed, N skipped",
# in scenarios. What a revision does not require (extensions, pending scenarios) is run by the suite and not counted. Needs npm, of any version.
set -u
cd "$(dirname "$0")"

revisions="2026-07-28 2025-11-25"

. ../mcp.sh
node_of suite suite-install.log || {
    echo "MCP CONFORMANCE WAS NOT RUN: see above."
    echo "mcp-2026-07-28: 0 passed, 0 failed, 37 skipped"
    echo "mcp-2025-11-25: 0 passed, 0 failed, 30 skipped"
    exit 0
}
serve --conformance-fixture || { echo "MCP CONFORMANCE FAILED: see above." >&2; exit 1; }

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
