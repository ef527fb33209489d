#!/usr/bin/env bash
# Builds etcd and kube-apiserver from Debian bookworm's packages and sources, once a machine, for the tests that want a real API server.
#   tests/Cluster/build.sh [component ...]     default: kube-apiserver
# Prints the folder of the binaries (a KUBEBUILDER_ASSETS) as its last line. Nothing is installed into the system: package lists,
# compiler and sources live below CLUSTER_HOME (default ~/.cache/tapedeck/cluster) and go when the build is done.
# Needs: Debian with apt-get, dpkg and the archive's keyring, and 2 GB of disk while it builds. The mirror is the machine's own, or DEBIAN_MIRROR.
set -euo pipefail

suite=bookworm
version=1.20.2
home=${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/cluster}
components=("${@:-kube-apiserver}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=build/debian.sh
. "$here/../../build/debian.sh"
mkdir -p "$home/bin"

# Two test projects may ask at once: the second waits and finds the binaries. Who lacks nothing does not wait for one who builds more.
look() {
  missing=()
  for name in "${components[@]}"; do [ -x "$home/bin/$name" ] || missing+=("$name"); done
}
look
if [ ${#missing[@]} -eq 0 ] && [ -x "$home/bin/etcd" ]; then echo "$home/bin"; exit 0; fi
exec 9>"$home/build.lock"
flock 9
look
if [ ${#missing[@]} -eq 0 ] && [ -x "$home/bin/etcd" ]; then echo "$home/bin"; exit 0; fi
if [ ${#missing[@]} -eq 0 ]; then missing=("${components[@]}"); fi

work=$home/work
download() {
  mkdir -p "$work"/{src,root}
  debian_unpack "$work" "$work/root" golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev etcd-server
  (cd "$work/src" && apt-get -q source --download-only kubernetes)
  tree=$work/src/kubernetes-$version
  [ -d "$tree" ] || tar xzf "$work"/src/kubernetes_*.orig.tar.gz -C "$work/src"
  # The vendored reflect2 1.0.1 crashes with Go 1.18 and later; Debian has a later one.
  local reflect=$tree/vendor/github.com/modern-go/reflect2
  rm -rf "$reflect"; mkdir "$reflect"
  cp "$work"/root/usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$reflect/"
  rm -f "$reflect"/*_test.go
}

go_environment() {
  export PATH=$work/root/usr/lib/go-1.19/bin:$PATH
  export GOTOOLCHAIN=local CGO_ENABLED=0 GO111MODULE=off GOFLAGS= GOCACHE=$work/gocache GOPATH=$work/gopath
  mkdir -p "$GOPATH/src/k8s.io"
  ln -sfn "$tree" "$GOPATH/src/k8s.io/kubernetes"
  cd "$GOPATH/src/k8s.io/kubernetes"
}

# Debian's source package lacks this one generated file, without which the server does not compile.
openapi() {
  [ ! -f pkg/generated/openapi/zz_generated.openapi.go ] || return 0
  nice -n 10 go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  local inputs
  inputs=$(grep -rl --include='*.go' '+k8s:openapi-gen=' pkg staging/src/k8s.io \
    | grep -v -e _test.go -e /code-generator/ -e /sample-apiserver/ -e zz_generated | xargs -n1 dirname | LC_ALL=C sort -u \
    | sed -e 's#^staging/src/#k8s.io/kubernetes/vendor/#' -e 's#^pkg/#k8s.io/kubernetes/pkg/#' | paste -sd,)
  nice -n 10 "$work/openapi-gen" --logtostderr -i "$inputs" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/violations.report"
}

compile() {
  local flags="" package
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version \
    k8s.io/kubernetes/vendor/k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=v$version -X $package.gitMajor=1 -X $package.gitMinor=20"
  done
  for name in "$@"; do
    case $name in pause) source=$here/pause.go ;; *) source=./cmd/$name ;; esac
    nice -n 10 go build -tags selinux,notest,providerless -ldflags "-s -w $flags" -o "$work/$name" "$source"
    mv "$work/$name" "$home/bin/$name"
  done
}

# Not in a group before ||, where bash would go on after a failure.
failed() { tail -20 "$home/build.log" >&4; echo "build.sh: could not build ${missing[*]} (log: $home/build.log)" >&4; }
exec 3>&1 4>&2 >"$home/build.log" 2>&1
trap failed EXIT
debian_apt "$work" $suite
download
[ -x "$home/bin/etcd" ] || cp "$work/root/usr/bin/etcd" "$home/bin/etcd"
go_environment
openapi
compile "${missing[@]}"
cd "$home"
rm -rf "$work"
trap - EXIT
echo "$home/bin" >&3
