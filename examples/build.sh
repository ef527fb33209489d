#!/bin/sh
# Builds the example components from their sources beside them, then writes their hashes into the tool.yaml that name them.
# Needs clang with the wasm32 target, lld, wasi-libc, libclang-rt for wasm32 (Debian: clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32) and Node.js.
set -eu
cd "$(dirname "$0")"
examples=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

clang=${CLANG:-clang-14}
# Not `npm ci`, which refuses a lock file that lacks the packages of other platforms, and no platform can install all of them.
(cd toolchain && npm install --no-save --ignore-scripts --no-audit --no-fund >&2)
modules=$examples/toolchain/node_modules
jco() { node --import "$examples/toolchain/preopen.mjs" "$modules/.bin/jco" "$@"; }

# module NAME: a core module in $scratch becomes the component NAME/NAME.wasm.
component() {
    name=$1 wit=$2
    shift 2
    jco embed --wit "$wit" --world-name "$name" "$scratch/$name.core.wasm" -o "$scratch/$name.embedded.wasm"
    jco new "$scratch/$name.embedded.wasm" "$@" -o "$name/$name.wasm"
}

freestanding() {
    "$clang" --target=wasm32 -O2 -Wall -Wextra -Wno-unused-parameter -nostdlib -Wl,--no-entry -Wl,--strip-all "$1/$1.c" -o "$scratch/$1.core.wasm"
}

freestanding text
component text "$examples/text/text.wit"

freestanding fetch
mkdir -p "$scratch/fetch/deps"
cp fetch/fetch.wit "$scratch/fetch"
for package in io clocks random cli http; do
    cp -r "$modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/wasi-$package" "$scratch/fetch/deps"
done
cp -r "$modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/"wasi-filesystem "$modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/"wasi-sockets "$scratch/fetch/deps"
component fetch "$scratch/fetch"

"$clang" --target=wasm32-wasi -mexec-model=reactor -O2 -Wall -Wextra -s notes/notes.c -o "$scratch/notes.core.wasm"
component notes "$examples/notes/notes.wit" --adapt "wasi_snapshot_preview1=$modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.reactor.wasm"

jco componentize "$examples/table/table.js" --wit "$examples/table/table.wit" --world-name table \
    --backend qjs --backend-qjs-disable-async --backend-qjs-stub-wasi -o table/table.wasm

for tool in */tool.yaml; do
    for wasm in "$(dirname "$tool")"/*.wasm; do
        hash=$(sha256sum "$wasm" | cut -d' ' -f1)
        sed -i "/path: $(basename "$wasm")/{n;s/sha256: .*/sha256: $hash/}" "$tool"
    done
done
