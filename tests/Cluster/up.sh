#!/usr/bin/env bash
# Starts etcd and kube-apiserver on loopback, with all their state below RUN; run again, it starts what is down, on the same ports and data.
#   tests/Cluster/up.sh RUN [PARENT]      PARENT: a process id; when that process ends, both servers are stopped
# The binaries: KUBEBUILDER_ASSETS, else what build.sh made. Writes RUN/kubeconfig, which is JSON and therefore YAML too. No controllers run:
# nothing is garbage-collected, and deployments make no pods. Stop with down.sh RUN.
# Two tokens are known: "nobody-token", of the user nobody without any rights, and "admin-token", of an administrator.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
run=${1:?usage: up.sh RUN [PARENT]}
parent=${2:-}
assets=${KUBEBUILDER_ASSETS:-${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/cluster}/bin}
mkdir -p "$run/pki" "$run/etcd"
chmod 700 "$run" "$run/etcd" "$run/pki"
run=$(cd "$run" && pwd)

alive() { [ -f "$run/$1.pid" ] && kill -0 "$(cat "$run/$1.pid")" 2>/dev/null; }

# A port that nobody listens on now. Two runs that begin at once may find the same; the second then fails to bind, and says so.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

certificate() { # NAME SUBJECT EXTENSIONS
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile <(printf '%b' "$3") -out "$1.crt" 2>/dev/null
}

pki() {
  cd "$run/pki"
  openssl ecparam -name prime256v1 -genkey -noout -out ca.key
  openssl req -x509 -new -key ca.key -subj /CN=test-authority -days 2 -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature 2>/dev/null
  certificate server /CN=kube-apiserver "subjectAltName=DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1\nextendedKeyUsage=serverAuth"
  certificate admin /O=system:masters/CN=admin "extendedKeyUsage=clientAuth"
  openssl genrsa -out accounts.key 2048 2>/dev/null
  printf 'nobody-token,nobody,1\nadmin-token,robot,2,"system:masters"\n' >tokens.csv
  echo "$(free_port) $(free_port) $(free_port)" >"$run/ports"
}

[ -f "$run/ports" ] || pki
read -r port etcd_port peer_port <"$run/ports"
cd "$run/pki"

if ! alive etcd; then
  ETCD_UNSUPPORTED_ARCH=$(uname -m | sed 's/aarch64/arm64/; s/x86_64//') setsid "$assets/etcd" --name t --data-dir "$run/etcd" \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "t=http://127.0.0.1:$peer_port" --unsafe-no-fsync >>"$run/etcd.log" 2>&1 </dev/null &
  echo $! >"$run/etcd.pid"
fi
if ! alive kube-apiserver; then
  # shellcheck disable=SC2086
  setsid "$assets/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 \
    --secure-port="$port" --tls-cert-file=server.crt --tls-private-key-file=server.key --client-ca-file=ca.crt --token-auth-file=tokens.csv \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=accounts.key --service-account-signing-key-file=accounts.key \
    --authorization-mode=RBAC --service-cluster-ip-range=10.96.0.0/16 --allow-privileged=true --disable-admission-plugins=ServiceAccount \
    --endpoint-reconciler-type=none ${APISERVER_OPTIONS:-} >>"$run/kube-apiserver.log" 2>&1 </dev/null &
  echo $! >"$run/kube-apiserver.pid"
fi

data() { base64 -w0 <"$1"; }
cat >"$run/kubeconfig" <<CONFIG
{"apiVersion": "v1", "kind": "Config", "current-context": "admin",
 "clusters": [{"name": "t", "cluster": {"server": "https://127.0.0.1:$port", "certificate-authority-data": "$(data ca.crt)"}}],
 "users": [{"name": "admin", "user": {"client-certificate-data": "$(data admin.crt)", "client-key-data": "$(data admin.key)"}},
  {"name": "robot", "user": {"token": "admin-token"}}, {"name": "nobody", "user": {"token": "nobody-token"}}],
 "contexts": [{"name": "admin", "context": {"cluster": "t", "user": "admin"}}, {"name": "robot", "context": {"cluster": "t", "user": "robot"}},
  {"name": "nobody", "context": {"cluster": "t", "user": "nobody"}}]}
CONFIG

for _ in $(seq 600); do
  [ "$(curl -s --noproxy '*' --max-time 5 --cacert ca.crt --cert admin.crt --key admin.key "https://127.0.0.1:$port/readyz" 2>/dev/null)" = ok ] && break
  for name in etcd kube-apiserver; do
    alive $name || { echo "up.sh: $name ended:" >&2; tail -5 "$run/$name.log" >&2; exit 1; }
  done
  sleep 0.2
done

# When the process that wanted the servers is gone, however it went, so are they.
if [ -n "$parent" ] && ! alive watcher; then
  setsid bash -c 'while kill -0 "$1" 2>/dev/null; do sleep 2; done; rm -f "$2/watcher.pid"; exec "$3/down.sh" "$2"' watcher "$parent" "$run" "$here" >/dev/null 2>&1 </dev/null &
  echo $! >"$run/watcher.pid"
fi
echo "$run/kubeconfig"
