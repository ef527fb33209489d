# shellcheck shell=bash
# Sourced by the scripts that build something of Debian's packages: an apt that knows one suite and nothing of the system's own.

private_apt() { # SUITE WORK
  mkdir -p "$2"/apt/{etc,state/lists/partial,cache/archives/partial} "$2"/{debs,root}
  local mirror=${DEBIAN_MIRROR:-}
  [ -n "$mirror" ] || mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
  [ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*\) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -1)
  [ -n "$mirror" ] || { echo "no mirror of Debian is known: set DEBIAN_MIRROR"; return 1; }
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$2/apt/etc/sources.list"
  cat >"$2/apt/apt.conf" <<CONF
Dir::Etc "$2/apt/etc"; Dir::Etc::sourcelist "$2/apt/etc/sources.list"; Dir::Etc::sourceparts "-"; Dir::Etc::parts "/etc/apt/apt.conf.d";
Dir::State "$2/apt/state"; Dir::State::status "/dev/null"; Dir::Cache "$2/apt/cache"; APT::Sandbox::User "root";
Acquire::Languages "none"; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
CONF
  export APT_CONFIG=$2/apt/apt.conf
  apt-get -q update
}

unpack_packages() { # WORK PACKAGE...
  local work=$1 package
  shift
  (cd "$work/debs" && apt-get -q download "$@")
  for package in "$work"/debs/*.deb; do dpkg -x "$package" "$work/root"; done
}
