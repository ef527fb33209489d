# To be read by other scripts: packages and sources of one suite of Debian, without installing anything into the system.
# Needs Debian's apt-get, dpkg and the archive's keyring. The mirror is the machine's own, or DEBIAN_MIRROR.

# debian_apt WORK SUITE: package lists of its own below WORK; apt-get means those from here on.
debian_apt() {
  local work=$1 suite=$2 keys="signed-by=/usr/share/keyrings/debian-archive-keyring.gpg" mirror=${DEBIAN_MIRROR:-} security
  [ -n "$mirror" ] || mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
  [ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*\) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -1)
  [ -n "$mirror" ] || { echo "no mirror of Debian is known: set DEBIAN_MIRROR"; return 1; }
  security=${mirror%/}-security
  mkdir -p "$work"/apt/{etc,state/lists/partial,cache/archives/partial}
  printf 'deb [%s] %s %s main\ndeb-src [%s] %s %s main\n' "$keys" "$mirror" "$suite" "$keys" "$mirror" "$suite" >"$work/apt/etc/sources.list"
  # sid has no suite of corrections beside it.
  [ "$suite" = sid ] || printf 'deb [%s] %s %s-security main\n' "$keys" "$security" "$suite" >>"$work/apt/etc/sources.list"
  cat >"$work/apt/apt.conf" <<CONF
Dir::Etc "$work/apt/etc"; Dir::Etc::sourcelist "$work/apt/etc/sources.list"; Dir::Etc::sourceparts "-"; Dir::Etc::parts "/etc/apt/apt.conf.d";
Dir::State "$work/apt/state"; Dir::State::status "/var/lib/dpkg/status"; Dir::Cache "$work/apt/cache"; APT::Sandbox::User "root";
Acquire::Languages "none"; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
CONF
  export APT_CONFIG=$work/apt/apt.conf
  apt-get -q update
}

# debian_unpack WORK ROOT PACKAGE...: into ROOT, as if installed there, but that no script of theirs runs.
debian_unpack() {
  local work=$1 root=$2
  shift 2
  rm -rf "$work/debs"
  mkdir -p "$work/debs" "$root"
  (cd "$work/debs" && apt-get -q download "$@")
  for package in "$work"/debs/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$root"; done
}
