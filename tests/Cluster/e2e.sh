#!/usr/bin/env bash
# Brings up a node, runs tests/Node.Tests on it, and takes it away again.
#   tests/Cluster/e2e.sh [dotnet test arguments]      KEEP=1 keeps the node for a look; its folder is printed
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$(dirname "$here")")
home=${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/cluster}
name=tapedeck-node
refuse() { echo "THERE IS NO NODE: nothing is tested end to end. $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || refuse "It needs root."
command -v kubectl >/dev/null || refuse "It needs kubectl."

bash "$here/node-build.sh" >&2 || refuse "Its parts could not be built."
run=$(mktemp -d)
finish() {
  [ ! -f "$run/measured" ] || { echo; echo "Measured:"; cat "$run/measured"; }
  if [ -n "${KEEP:-}" ]; then echo "The node is kept: $run (stop it with $here/node-down.sh $run)"; else bash "$here/node-down.sh" "$run"; fi
}
trap finish EXIT

# The authority of the web server that the tests run. The image is told of it as an organisation would tell it of its own.
overlay=$home/authority
if [ ! -f "$overlay/web/tls.key" ]; then
  mkdir -p "$overlay/web" "$overlay/root/etc/ssl/certs"
  openssl ecparam -name prime256v1 -genkey -noout -out "$overlay/ca.key"
  openssl req -x509 -new -key "$overlay/ca.key" -subj /CN=web-authority -days 3650 -out "$overlay/root/etc/ssl/certs/web-authority.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature 2>/dev/null
  openssl ecparam -name prime256v1 -genkey -noout -out "$overlay/web/tls.key"
  openssl req -new -key "$overlay/web/tls.key" -subj /CN=web -out "$overlay/web/tls.csr" 2>/dev/null
  openssl x509 -req -in "$overlay/web/tls.csr" -CA "$overlay/root/etc/ssl/certs/web-authority.pem" -CAkey "$overlay/ca.key" -CAcreateserial -days 3650 \
    -extfile <(printf 'subjectAltName=DNS:pages.example,DNS:other.example\nextendedKeyUsage=serverAuth') -out "$overlay/web/tls.crt" 2>/dev/null
fi
cp -R "$overlay/web" "$run/web"

OVERLAY=$overlay/root bash "$project/build/image.sh" "$project/artifacts/images-e2e" e2e
dotnet build "$project/tests/Node.Tests" --configuration Release --verbosity quiet >&2
mkdir "$run/pause" && cp "$home/bin/pause" "$run/pause/"
dotnet run --project "$project/build/Images" --configuration Release --no-build -- pack --output "$run/pause.tar" --name tapedeck.test/pause:1 --layer "$run/pause" --entrypoint /pause
time bash "$here/node-up.sh" "$run" "$run/pause.tar" "$project/artifacts/images-e2e/operator.tar" "$project/artifacts/images-e2e/runtime.tar" || refuse "It did not come up."

# In the node's network: what the tests talk to is there, and nothing of it on this machine's own interfaces.
TAPEDECK_NODE=$run TAPEDECK_CONFIG=$project/config/default \
  nsenter --net=/run/netns/$name dotnet test "$project/tests/Node.Tests" --configuration Release --no-build "$@"
