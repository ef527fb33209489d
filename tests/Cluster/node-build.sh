#!/usr/bin/env bash
# Makes what a node consists of, once a machine: Kubernetes from Debian's source, the rest from its packages, unpacked and not installed.
#   tests/Cluster/node-build.sh      below CLUSTER_HOME (default ~/.cache/tapedeck/cluster): bin and node
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/cluster}
packages=(containerd runc containernetworking-plugins docker-registry conntrack dnsmasq-base iptables
  libseccomp2 libxtables12 libip4tc2 libip6tc2 libnftnl11 libmnl0 libnfnetlink0 libnetfilter-conntrack3 libnftables1 libjansson4
  libidn2-0 libunistring2 libnettle8 libhogweed6 libgmp10 libdbus-1-3)
# shellcheck source=build/debian.sh
. "$here/../../build/debian.sh"

bash "$here/build.sh" kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy pause >/dev/null
if [ ! -d "$home/node" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  debian_apt "$work" bookworm
  debian_unpack "$work" "$work/node" "${packages[@]}"
  # As update-alternatives would have done.
  mkdir -p "$work/node/bin"
  for family in iptables ip6tables; do
    for what in '' -save -restore; do ln -s ../usr/sbin/xtables-nft-multi "$work/node/bin/$family$what"; done
  done
  mv "$work/node" "$home/node"
fi
