#!/usr/bin/env bash
# Makes the root file system of the images of unpacked Debian packages: C library, OpenSSL, certificates, time zones. No shell, no package manager.
#   build/debian-root.sh ROOT [ARCHITECTURE]      default: that of this machine
# Packages are fetched once: DEBIAN_CACHE (default ~/.cache/tapedeck/debian) keeps what came, and a new version of one is fetched when it is deleted.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${1:?usage: debian-root.sh ROOT [ARCHITECTURE]}
architecture=${2:-$(dpkg --print-architecture)}
suite=bookworm
packages=(libc6 libgcc-s1 libstdc++6 libssl3 ca-certificates tzdata netbase)
cache=${DEBIAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/debian}/$suite-$architecture
# shellcheck source=build/debian.sh
. "$here/debian.sh"

if [ ! -d "$cache" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  debian_apt "$work" $suite >&2
  mkdir -p "$work/debs" "$(dirname "$cache")"
  (cd "$work/debs" && apt-get -q -o APT::Architecture="$architecture" download "${packages[@]}") >&2
  mv "$work/debs" "$cache"
fi

rm -rf "$root"
mkdir -p "$root"/{etc/ssl/certs,tmp,var/lib/dpkg/status.d,usr/bin,usr/sbin,usr/lib/ssl}
case $architecture in amd64) loader=lib64 ;; *) loader=lib ;; esac
mkdir -p "$root/usr/$loader"
# As in Debian since bookworm, where what packages still unpack into /lib lands in /usr.
for folder in bin sbin lib "$loader"; do ln -sfn "usr/$folder" "$root/$folder"; done
for package in "$cache"/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$root"
  # Scanners look here in images without a dpkg.
  dpkg-deb -f "$package" Package Version Architecture Source Maintainer >"$root/var/lib/dpkg/status.d/$(dpkg-deb -f "$package" Package)"
done

# What runs in no container: converters between old encodings, translations, manuals. Licences stay.
rm -rf "$root"/usr/lib/*-linux-gnu/gconv "$root"/usr/share/{man,locale,lintian,gcc,gdb,bug} "$root"/usr/share/zoneinfo/{right,posix} "$root"/usr/sbin/* "$root"/etc/ca-certificates
find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type d -empty -delete

# What the scripts of the packages would have done.
find "$root/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort | xargs cat >"$root/etc/ssl/certs/ca-certificates.crt"
ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n' >"$root/etc/os-release"
