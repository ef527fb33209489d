#!/usr/bin/env bash
# Fetches Debian bookworm's lua5.1, once a machine, for the test of Argo CD's health check, unless there is one on the PATH.
#   tests/Cluster/Lua/build.sh
# Prints the program as its last line. Nothing is installed into the system: it is kept below LUA_HOME (default ~/.cache/tapedeck/lua).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${LUA_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/lua}
if command -v lua5.1; then exit 0; fi
mkdir -p "$home/bin"
exec 9>"$home/build.lock"
flock 9
if [ -x "$home/bin/lua5.1" ]; then echo "$home/bin/lua5.1"; exit 0; fi

work=$home/work
# shellcheck source=build/debian.sh
. "$here/../../../build/debian.sh"
failed() { tail -5 "$home/build.log" >&4; echo "Lua/build.sh: could not fetch lua5.1 (log: $home/build.log)" >&4; }
exec 3>&1 4>&2 >"$home/build.log" 2>&1
trap failed EXIT
debian_apt "$work" bookworm
debian_unpack "$work" "$work/root" lua5.1
"$work/root/usr/bin/lua5.1" -v
mv "$work/root/usr/bin/lua5.1" "$home/bin/lua5.1"
cd "$home"
rm -rf "$work"
trap - EXIT
echo "$home/bin/lua5.1" >&3
