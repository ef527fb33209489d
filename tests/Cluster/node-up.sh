#!/usr/bin/env bash
# Brings up ONE real node: etcd, kube-apiserver, controller-manager, scheduler, containerd with runc, kubelet, kube-proxy, a registry and dnsmasq as
# the cluster's DNS. All of it is in a network namespace of its own that nothing leaves, so that it binds nothing of the machine's.
#   tests/Cluster/node-up.sh RUN [IMAGE.tar ...]    RUN: a folder for all its state; images are imported
# Needs root, a kernel with overlayfs, iptables and cgroup v1, and what node-build.sh made. Stop with node-down.sh RUN.
# The node is 10.200.0.2, its registry 10.200.0.2:5000 (registry.test:5000 to pods), and 203.0.113.10 stands for a server on the web. A file with lines
# "ADDRESS NAME" in RUN/names gives names to addresses. What works on the node runs under nsenter --net=/run/netns/tapedeck-node.
set -euo pipefail
run=${1:?usage: node-up.sh RUN [IMAGE.tar ...]}
shift
images=()
for image in "$@"; do images+=("$(realpath "$image")"); done
home=${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/cluster}
bin=$home/bin
root=$home/node
name=tapedeck-node
address=10.200.0.2
web=203.0.113.10
services=10.96.0.0/16
pods=10.244.0.0/24

fail() { echo "node-up.sh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "a node needs root"
[ -d /sys/fs/cgroup/memory ] || fail "a node needs cgroup v1, which this machine does not mount"
[ ! -e "/run/netns/$name" ] || fail "there is a node already: stop it with node-down.sh"

mkdir -p "$run"/{pki,etcd,containerd,state,cni,registry,kubelet,logs,pids,pod-logs,manifests,names,certs.d}
run=$(cd "$run" && pwd)
export PATH=$root/bin:$root/usr/bin:$root/usr/sbin:/usr/sbin:/sbin:$PATH
export LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu XTABLES_LIBDIR=$root/usr/lib/x86_64-linux-gnu/xtables
# kubelet 1.20 asks the metadata address of a cloud for credentials otherwise, for 20 s.
export AWS_EC2_METADATA_DISABLED=true

inside() { nsenter --net="/run/netns/$name" "$@"; }
start() { # NAME COMMAND...
  local what=$1
  shift
  # Not through a function: then this would be the process of a shell around it.
  nsenter --net="/run/netns/$name" setsid "$@" >"$run/logs/$what.log" 2>&1 </dev/null &
  echo $! >"$run/pids/$what"
}
alive() { kill -0 "$(cat "$run/pids/$1")" 2>/dev/null || { tail -5 "$run/logs/$1.log" >&2; fail "$1 ended (log: $run/logs/$1.log)"; }; }
until_ok() { # SECONDS NAME COMMAND...: until the command succeeds
  local tries=$(($1 * 5)) what=$2
  shift 2
  while ! "$@" >/dev/null 2>&1; do
    alive "$what"
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "$what is not ready (log: $run/logs/$what.log)"
    sleep 0.2
  done
}

network() {
  ip netns add $name
  ip -n $name link set lo up
  # Both ends stay here: a network that has nothing but the node.
  ip -n $name link add node0 type veth peer name node1
  ip -n $name addr add $address/24 dev node0
  ip -n $name addr add $web/32 dev node0
  ip -n $name link set node0 up
  ip -n $name link set node1 up
  ip -n $name route add unreachable default
  # A process of the node looks its route up before the address of a Service becomes that of a pod.
  ip -n $name route add $services dev node0
  inside sysctl -qw net.ipv4.ip_forward=1
  # Services that pods of this one bridge reach; not every kernel has it, and then a pod cannot reach itself through its Service.
  inside sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true
}

certificate() { # NAME SUBJECT EXTENSIONS
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile <(printf '%b' "$3") -out "$1.crt" 2>/dev/null
}

kubeconfig() { # NAME FILE, which is JSON and therefore YAML too
  cat >"$2" <<CONFIG
{"apiVersion": "v1", "kind": "Config", "current-context": "n",
 "clusters": [{"name": "n", "cluster": {"server": "https://$address:6443", "certificate-authority-data": "$(base64 -w0 <ca.crt)"}}],
 "users": [{"name": "n", "user": {"client-certificate-data": "$(base64 -w0 <"$1.crt")", "client-key-data": "$(base64 -w0 <"$1.key")"}}],
 "contexts": [{"name": "n", "context": {"cluster": "n", "user": "n"}}]}
CONFIG
}

pki() {
  chmod 700 "$run" "$run/pki" "$run/etcd"
  cd "$run/pki"
  openssl ecparam -name prime256v1 -genkey -noout -out ca.key
  openssl req -x509 -new -key ca.key -subj /CN=test-authority -days 2 -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature 2>/dev/null
  certificate apiserver /CN=kube-apiserver "subjectAltName=DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1,IP:$address\nextendedKeyUsage=serverAuth"
  certificate kubelet /O=system:nodes/CN=system:node:node1 "subjectAltName=DNS:node1,IP:$address\nextendedKeyUsage=clientAuth,serverAuth"
  certificate admin /O=system:masters/CN=admin "extendedKeyUsage=clientAuth"
  certificate controllers /CN=system:kube-controller-manager "extendedKeyUsage=clientAuth"
  certificate scheduler /CN=system:kube-scheduler "extendedKeyUsage=clientAuth"
  certificate proxy /CN=system:kube-proxy "extendedKeyUsage=clientAuth"
  openssl genrsa -out accounts.key 2048 2>/dev/null
  kubeconfig admin "$run/kubeconfig"
  for who in kubelet controllers scheduler proxy; do kubeconfig $who "$run/pki/$who.kubeconfig"; done
}

control_plane() {
  ETCD_UNSUPPORTED_ARCH=$(uname -m | sed 's/aarch64/arm64/; s/x86_64//') start etcd "$bin/etcd" --name t --data-dir "$run/etcd" \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 \
    --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster t=http://127.0.0.1:2380 --unsafe-no-fsync
  start kube-apiserver "$bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --advertise-address=$address --secure-port=6443 \
    --tls-cert-file=apiserver.crt --tls-private-key-file=apiserver.key --client-ca-file=ca.crt \
    --kubelet-client-certificate=admin.crt --kubelet-client-key=admin.key --kubelet-preferred-address-types=InternalIP \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=accounts.key --service-account-signing-key-file=accounts.key \
    --authorization-mode=Node,RBAC --service-cluster-ip-range=$services --allow-privileged=true
  until_ok 120 kube-apiserver inside curl -sf --noproxy '*' --max-time 5 --cacert ca.crt --cert admin.crt --key admin.key "https://$address:6443/readyz"
  start kube-controller-manager "$bin/kube-controller-manager" --kubeconfig=controllers.kubeconfig --bind-address=127.0.0.1 --root-ca-file=ca.crt \
    --service-account-private-key-file=accounts.key --use-service-account-credentials=true --leader-elect=false --service-cluster-ip-range=$services
  start kube-scheduler "$bin/kube-scheduler" --kubeconfig=scheduler.kubeconfig --bind-address=127.0.0.1 --leader-elect=false
}

containers() {
  cat >"$run/cni/10-bridge.conflist" <<CONFIG
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
 {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
  "ipam": {"type": "host-local", "ranges": [[{"subnet": "$pods"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "$run/cni-addresses"}},
 {"type": "portmap", "capabilities": {"portMappings": true}}]}
CONFIG
  cat >"$run/containerd.toml" <<CONFIG
version = 2
root = "$run/containerd"
state = "$run/state"
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "tapedeck.test/pause:1"
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$root/usr/lib/cni"
    conf_dir = "$run/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$run/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "$root/usr/sbin/runc"
CONFIG
  start containerd "$root/usr/bin/containerd" -c "$run/containerd.toml"
  until_ok 30 containerd ctr -a "$run/containerd.sock" version
  for image in "${images[@]}"; do ctr -a "$run/containerd.sock" -n k8s.io images import "$image" >&2; done
}

registry_and_names() {
  printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}\nhttp: {addr: "%s:5000"}\n' "$run/registry" $address >"$run/registry.yaml"
  OTEL_TRACES_EXPORTER=none start docker-registry "$root/usr/bin/docker-registry" serve "$run/registry.yaml"
  printf '%s registry.test\n' $address >"$run/names/node"
  # It follows what is written into the folder, and knows nothing else: a name that no file gives is no name.
  start dnsmasq "$root/usr/sbin/dnsmasq" --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --hostsdir="$run/names" \
    --listen-address=$address --bind-interfaces --user=root --group=root --pid-file= --local=/#/
}

node() {
  local controller cgroups=/sys/fs/cgroup
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do
    [ ! -d $cgroups/$controller ] || mkdir -p "$cgroups/$controller/$name"
  done
  cat $cgroups/cpuset/cpuset.cpus >"$cgroups/cpuset/$name/cpuset.cpus"
  cat $cgroups/cpuset/cpuset.mems >"$cgroups/cpuset/$name/cpuset.mems"
  : >"$run/resolv.conf"
  cat >"$run/kubelet.yaml" <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
healthzBindAddress: 127.0.0.1
readOnlyPort: 0
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: $run/pki/ca.crt}, webhook: {enabled: true}}
authorization: {mode: Webhook}
tlsCertFile: $run/pki/kubelet.crt
tlsPrivateKeyFile: $run/pki/kubelet.key
cgroupDriver: cgroupfs
cgroupRoot: /$name
failSwapOn: false
nodeStatusUpdateFrequency: 1s
evictionHard: {nodefs.available: "1%", imagefs.available: "1%", memory.available: 100Mi}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
staticPodPath: $run/manifests
clusterDomain: cluster.local
clusterDNS: [$address]
resolvConf: $run/resolv.conf
CONFIG
  start kubelet "$bin/kubelet" --config="$run/kubelet.yaml" --kubeconfig="$run/pki/kubelet.kubeconfig" --root-dir="$run/kubelet" --cert-dir="$run/pki/kubelet-certs" \
    --hostname-override=node1 --node-ip=$address --container-runtime=remote --container-runtime-endpoint="unix://$run/containerd.sock" --network-plugin=cni
  cat >"$run/proxy.yaml" <<CONFIG
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: $address
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
clientConnection: {kubeconfig: $run/pki/proxy.kubeconfig}
mode: iptables
clusterCIDR: $pods
hostnameOverride: node1
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
CONFIG
  start kube-proxy "$bin/kube-proxy" --config="$run/proxy.yaml"
  until_ok 60 kubelet node_is_ready
}

node_is_ready() {
  inside curl -sf --noproxy '*' --max-time 5 --cacert "$run/pki/ca.crt" --cert "$run/pki/admin.crt" --key "$run/pki/admin.key" \
    "https://$address:6443/api/v1/nodes/node1" | tr -d ' \n' | grep -q '"type":"Ready","status":"True"'
}

network
pki
registry_and_names
control_plane
containers
node
echo "$run/kubeconfig"
