#!/usr/bin/env bash
# Builds the images of the operator and of the runtime without a container engine, each as a tar with an OCI image layout and an SBOM beside it.
#   build/image.sh OUT [VERSION]      OVERLAY: a folder that is laid over the root, such as one with etc/ssl/certs/NAME.pem of an authority
# Three layers: Debian's packages, .NET, the program. A new version of the program moves the last one only. Same input, same digest.
# The .NET of the images is that of this machine (DOTNET_ROOT, or where `dotnet` is); for another architecture ARCHITECTURE=arm64 and a DOTNET_ROOT of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$here")
mkdir -p "${1:?usage: image.sh OUT [VERSION]}"
out=$(cd "$1" && pwd)
version=${2:-latest}
architecture=${ARCHITECTURE:-$(dpkg --print-architecture)}
case $architecture in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "image.sh: no images for $architecture" >&2; exit 1 ;; esac
dotnet=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bash "$here/debian-root.sh" "$work/debian" "$architecture"

# The two frameworks that the programs were built for, and what starts them. Debuggers' helpers stay behind.
runtime=$("$dotnet/dotnet" --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \(10\.[^ ]*\) .*/\1/p' | tail -1)
[ -n "$runtime" ] || { echo "image.sh: there is no ASP.NET Core runtime 10 in $dotnet" >&2; exit 1; }
layer=$work/dotnet/usr/share/dotnet
mkdir -p "$layer/shared/Microsoft.NETCore.App" "$layer/shared/Microsoft.AspNetCore.App" "$layer/host/fxr"
cp "$dotnet/LICENSE.txt" "$dotnet/ThirdPartyNotices.txt" "$layer/"
cp -R "$dotnet/host/fxr/$runtime" "$layer/host/fxr/"
for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do cp -R "$dotnet/shared/$framework/$runtime" "$layer/shared/$framework/"; done
rm -f "$layer"/shared/*/*/{libmscordbi.so,libmscordaccore.so,createdump,*.xml}

# A folder of its own and no lock file: what is restored here for one kind of machine is not what the rest of the solution is built with.
publish() { # PROJECT FOLDER
  dotnet publish "$project/$1" --configuration Release --runtime $rid --no-self-contained --artifacts-path "$project/artifacts/image" \
    -p:PublishReadyToRun=true -p:NuGetLockFilePath="$work/$(basename "$1").lock.json" -p:GenerateDocumentationFile=false -p:DebugType=none -p:SatelliteResourceLanguages=en \
    -p:ContinuousIntegrationBuild=true -p:PathMap="$project=/source" -p:RunAnalyzers=false --output "$2" --verbosity quiet >&2
}

dotnet build "$here/Images" --configuration Release --verbosity quiet >&2
images() { dotnet run --project "$here/Images" --configuration Release --no-build -- "$@"; }

image() { # NAME PROJECT PROGRAM VARIABLE...
  local root=$work/$1
  mkdir -p "$root/usr/bin" "$root/usr/share/tapedeck"
  publish "$2" "$root/app"
  ln -s "../../app/$3" "$root/usr/bin/$3"
  images sbom --name "tapedeck/$1:$version" --layer "$work/debian" --layer "$work/dotnet" --layer "$root" >"$out/$1.spdx.json"
  cp "$out/$1.spdx.json" "$root/usr/share/tapedeck/sbom.spdx.json"
  cp "$project/LICENSE" "$root/usr/share/tapedeck/"
  local overlay=()
  [ -z "${OVERLAY:-}" ] || overlay=(--layer "$OVERLAY")
  local environment=()
  for variable in "${@:4}"; do environment+=(--env "$variable"); done
  # Diagnostics would write a socket to the disk, which is read-only.
  images pack --output "$out/$1.tar" --name "docker.io/tapedeck/$1:$version" --architecture "$architecture" --layer "$work/debian" --layer "$work/dotnet" --layer "$root" "${overlay[@]}" \
    --entrypoint "/app/$3" --env PATH=/usr/bin --env DOTNET_EnableDiagnostics=0 "${environment[@]}" --env SSL_CERT_DIR=/etc/ssl/certs \
    --label org.opencontainers.image.title="tapedeck-$1" --label org.opencontainers.image.version="$version" --label org.opencontainers.image.licenses=Apache-2.0
}

# Garbage is collected every 2 or 4 MiB (in hexadecimal): by default a pod that nobody calls keeps what its probes leave until that fills the processor's
# cache, which is tens of MiB on a server. The operator's few threads share two heaps of the C library; each of its own would keep what it once needed.
image operator operator/Operator tapedeck-operator DOTNET_GCgen0size=200000 MALLOC_ARENA_MAX=2
image runtime runtime/Server tapedeck DOTNET_GCgen0size=400000
# What the runtime is on a disk without the Debian below it.
echo "on disk: tapedeck $(du -sm --apparent-size "$work/runtime" | cut -f1) MiB, with .NET $(du -scm --apparent-size "$work/runtime" "$work/dotnet" | tail -1 | cut -f1) MiB, image $(du -scm --apparent-size "$work/runtime" "$work/dotnet" "$work/debian" | tail -1 | cut -f1) MiB; the tar $(du -m --apparent-size "$out/runtime.tar" | cut -f1) MiB"
