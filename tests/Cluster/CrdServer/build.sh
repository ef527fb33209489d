#!/usr/bin/env bash
# Builds an API server of today's Kubernetes that serves custom resources and nothing else, once a machine: it has what the server of ../build.sh is
# too old for, which is CEL rules, strict fields, and OpenAPI v3. From Debian sid's Go libraries (packages.txt): sid moves, so this may fail one day;
# the tests of rules are then skipped, and say so.
#   tests/Cluster/CrdServer/build.sh
# Prints the folder of the binaries as its last line: etcd, and the server under the name of kube-apiserver, so that it is a KUBEBUILDER_ASSETS for
# ../up.sh. Nothing is installed into the system: everything is below CRDSERVER_HOME (default ~/.cache/tapedeck/crdserver), and what only the build
# needs goes when it is done. Needs: Debian with apt-get, dpkg and the archive's keyring, and 3 GB of disk while it builds; about five minutes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=1.36.4
home=${CRDSERVER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/crdserver}
mkdir -p "$home/bin"

# Two may ask at once: the second waits and finds the binaries.
exec 9>"$home/build.lock"
flock 9

sources=$(cat "$here/main.go" "$here/packages.txt" | sha256sum | cut -c1-16)
if [ -x "$home/bin/kube-apiserver" ] && [ "$(cat "$home/bin/sources" 2>/dev/null)" = "$sources" ]; then echo "$home/bin"; exit 0; fi

work=$home/work
# shellcheck source=build/debian.sh
. "$here/../../../build/debian.sh"

compile() {
  export PATH=$work/root/usr/lib/go-1.26/bin:$PATH GOPATH=$work/root/usr/share/gocode GOCACHE=$work/gocache
  export GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=
  local flags="-s -w -X k8s.io/component-base/version.gitVersion=v$version -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
  (cd "$here" && nice -n 10 go build -ldflags "$flags" -o "$work/kube-apiserver" main.go)
}

# Not in a group before ||, where bash would go on after a failure.
failed() { tail -20 "$home/build.log" >&4; echo "CrdServer/build.sh: could not build the server for custom resources (log: $home/build.log)" >&4; }
exec 3>&1 4>&2 >"$home/build.log" 2>&1
trap failed EXIT
debian_apt "$work" sid
mapfile -t packages <"$here/packages.txt"
debian_unpack "$work" "$work/root" golang-1.26-go golang-1.26-src etcd-server "${packages[@]}"
compile
"$work/root/usr/bin/etcd" --version
mv "$work/root/usr/bin/etcd" "$work/kube-apiserver" "$home/bin/"
echo "$sources" >"$home/bin/sources"
cd "$home"
rm -rf "$work"
trap - EXIT
echo "$home/bin" >&3
