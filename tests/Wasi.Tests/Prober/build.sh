#!/bin/sh
# Makes prober.wasm anew. Needs clang-16 and lld-16 (Debian), and JCO, the command of @bytecodealliance/jco 1.35 (npm). The WIT packages that
# prober.wit imports are expected in WIT_DEPS, a folder as wit/deps is.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/wit"
cp prober.wit "$scratch/wit/"
cp -r "$WIT_DEPS" "$scratch/wit/deps"
clang-16 --target=wasm32 -O2 -nostdlib -fuse-ld=lld -fno-builtin -Wl,--no-entry -Wl,--strip-all prober.c -o "$scratch/core.wasm"
$JCO embed --wit "$scratch/wit" --world-name prober "$scratch/core.wasm" -o "$scratch/embedded.wasm"
$JCO new "$scratch/embedded.wasm" -o prober.wasm
