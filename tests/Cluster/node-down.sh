#!/usr/bin/env bash
# Stops what node-up.sh RUN started, and takes away what it left in the kernel: pods, mounts, cgroups, the network namespace.
#   tests/Cluster/node-down.sh RUN      KEEP=1 keeps the folder, for a look at its logs
set -uo pipefail
run=$(cd "${1:?usage: node-down.sh RUN}" 2>/dev/null && pwd) || exit 0
home=${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/cluster}
name=tapedeck-node
ctr() { LD_LIBRARY_PATH=$home/node/usr/lib/x86_64-linux-gnu timeout 10 "$home/node/usr/bin/ctr" -a "$run/containerd.sock" -n k8s.io "$@" 2>/dev/null; }

# Ends a process after a look at whether it still is what it was.
stop() {
  local file=$run/pids/$1 pid
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  case "$(readlink "/proc/$pid/exe" 2>/dev/null)" in
    "$home"/*)
      kill "$pid" 2>/dev/null
      for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      kill -9 "$pid" 2>/dev/null
      ;;
  esac
  rm -f "$file"
}

for what in kubelet kube-proxy kube-scheduler kube-controller-manager; do stop $what; done
for task in $(ctr tasks ls -q); do ctr tasks kill -s KILL "$task"; done
for _ in 1 2 3; do for task in $(ctr tasks ls -q); do ctr tasks rm -f "$task" >/dev/null; done; done
for container in $(ctr containers ls -q); do ctr containers rm "$container"; done
stop containerd
for what in docker-registry dnsmasq kube-apiserver etcd; do stop $what; done

# Shims outlive their containerd.
for folder in /proc/[0-9]*; do
  if { tr "\0" " " <"$folder/cmdline"; } 2>/dev/null | grep -q -- "-address $run/containerd.sock"; then kill -9 "${folder#/proc/}" 2>/dev/null; fi
done
sleep 0.3
awk -v below="$run/" 'index($2, below) == 1 {print $2}' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
# The namespaces of pods have an end of a bridge in the node's.
for pod in /run/netns/cni-*; do
  [ -e "$pod" ] || continue
  if nsenter --net="$pod" ip -4 -o addr show dev eth0 2>/dev/null | grep -q ' 10\.244\.0\.'; then ip netns del "$(basename "$pod")" 2>/dev/null; fi
done
for controller in /sys/fs/cgroup/*/"$name"; do
  [ ! -d "$controller" ] || find "$controller" -depth -type d -exec rmdir {} \; 2>/dev/null
done
ip netns del $name 2>/dev/null
[ -n "${KEEP:-}" ] || rm -rf "$run"
exit 0
