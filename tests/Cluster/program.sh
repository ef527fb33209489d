#!/usr/bin/env bash
# Fetches one program of one of Debian bookworm's packages, once a machine, unless it is on the PATH: for tests of what other programs read of ours.
#   tests/Cluster/program.sh PACKAGE PROGRAM
# Prints the program's path as its last line. Nothing is installed into the system: it is kept below PROGRAMS_HOME (default ~/.cache/tapedeck/programs).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=${1:?usage: program.sh PACKAGE PROGRAM} program=${2:?usage: program.sh PACKAGE PROGRAM}
home=${PROGRAMS_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/tapedeck/programs}
if command -v "$program"; then exit 0; fi
mkdir -p "$home/bin"
exec 9>"$home/$program.lock"
flock 9
if [ -x "$home/bin/$program" ]; then echo "$home/bin/$program"; exit 0; fi

work=$home/$program.work
# shellcheck source=build/debian.sh
. "$here/../../build/debian.sh"
failed() { tail -5 "$home/$program.log" >&4; echo "program.sh: could not fetch $program (log: $home/$program.log)" >&4; }
exec 3>&1 4>&2 >"$home/$program.log" 2>&1
trap failed EXIT
debian_apt "$work" bookworm
debian_unpack "$work" "$work/root" "$package"
mv "$work/root/usr/bin/$program" "$home/bin/$program"
rm -rf "$work"
trap - EXIT
echo "$home/bin/$program" >&3
