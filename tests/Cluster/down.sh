#!/usr/bin/env bash
# Stops what up.sh RUN started, by its process ids, after a look at whether they still are what they were.
#   tests/Cluster/down.sh RUN [NAME]      NAME: only one of kube-apiserver, etcd, watcher
set -uo pipefail
run=${1:?usage: down.sh RUN [NAME]}
for name in ${2:-watcher kube-apiserver etcd}; do
  file=$run/$name.pid
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  case "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" in
    *"/$name "* | *" $name "*)
      kill "$pid" 2>/dev/null
      for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      # An API server waits a minute for its watches to end.
      kill -9 "$pid" 2>/dev/null
      ;;
  esac
  rm -f "$file"
done
exit 0
