# To be read by the scripts that run programs of npm against tapedeck. Each of the two functions says what is missing and returns 1.

# node_of FOLDER LOG: installs what the folder's lockfile pins, Node.js among it, and sets `node`. Needs npm, of any version.
node_of() {
    command -v npm >/dev/null 2>&1 || { echo "npm is needed."; return 1; }
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund) >"$2" 2>&1 || { echo "npm could not install it; see $2."; return 1; }
    node=$(ls -d "$1"/node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
    [ -n "$node" ] && "$node" --version >/dev/null 2>&1 || { echo "there is no Node 22 for this machine."; return 1; }
}

# serve ARGUMENT...: starts `tapedeck serve` of this build on a free port, and sets `program`, `server` (its process id) and `url`. It ends with the script.
serve() {
    work=$(mktemp -d)
    server=
    trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
    program=$PWD/../../artifacts/bin/Server/$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')/tapedeck.dll
    dotnet "$program" serve "$@" --listen 127.0.0.1:0 --cache none >"$work/banner" 2>"$work/errors" &
    server=$!
    tries=0
    until grep -qs '^MCP is served at ' "$work/banner"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
            echo "tapedeck did not start."
            cat "$work/errors"
            return 1
        fi
        sleep 0.2
    done
    url=$(sed -n 's/^MCP is served at //p' "$work/banner")
}
