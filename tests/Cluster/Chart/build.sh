#!/usr/bin/env bash
# Builds what renders the chart where there is no helm, once a machine, from Debian bookworm's Go and sprig (packages.txt), which is what Helm's engine is.
#   tests/Cluster/Chart/build.sh
# Prints the program as its last line. Nothing is installed into the system: it is kept below CHART_HOME (default ~/.cache/tapedeck/chart), and what only
# the build needs goes when it is done. Needs: Debian with apt-get, dpkg and the archive's keyring, and 1 GB of disk while it builds; a minute.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${CHART_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/chart}
mkdir -p "$home/bin"

# Two may ask at once: the second waits and finds the program.
exec 9>"$home/build.lock"
flock 9

sources=$(cat "$here/main.go" "$here/packages.txt" | sha256sum | cut -c1-16)
if [ -x "$home/bin/helm-template" ] && [ "$(cat "$home/bin/sources" 2>/dev/null)" = "$sources" ]; then echo "$home/bin/helm-template"; exit 0; fi

work=$home/work
# shellcheck source=build/debian.sh
. "$here/../../../build/debian.sh"

# Not in a group before ||, where bash would go on after a failure.
failed() { tail -20 "$home/build.log" >&4; echo "Chart/build.sh: could not build the renderer of the chart (log: $home/build.log)" >&4; }
exec 3>&1 4>&2 >"$home/build.log" 2>&1
trap failed EXIT
debian_apt "$work" bookworm
mapfile -t packages <"$here/packages.txt"
debian_unpack "$work" "$work/root" "${packages[@]}"
export PATH=$work/root/usr/lib/go-1.19/bin:$PATH GOPATH=$work/root/usr/share/gocode GOCACHE=$work/gocache
export GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=
(cd "$here" && nice -n 10 go build -ldflags "-s -w" -o "$work/helm-template" main.go)
mv "$work/helm-template" "$home/bin/helm-template"
echo "$sources" >"$home/bin/sources"
cd "$home"
rm -rf "$work"
trap - EXIT
echo "$home/bin/helm-template" >&3
