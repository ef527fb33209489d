#!/bin/sh
# Runs each conformance suite whose data is in CONFORMANCE_DIR, as a folder or as a .tgz. A suite ends with one line,
# "NAME: N passed, N failed, N skipped"; .ci/run adds these up.
set -u

if [ -z "${CONFORMANCE_DIR:-}" ]; then
    echo "CONFORMANCE WAS NOT RUN: set CONFORMANCE_DIR to the folder that holds the suites (wasm-core or wasm-core.tgz)."
    exit 0
fi

status=0
found=no

# run SUITE[=DATA] OPTION...     DATA is the name of the folder or .tgz, where it is not the suite's
run() {
    suite=${1%%=*}
    name=${1#*=}
    shift
    for data in "$CONFORMANCE_DIR/$name" "$CONFORMANCE_DIR/$name.tgz"; do
        if [ -e "$data" ]; then
            found=yes
            dotnet run --project tests/Conformance --configuration "${CONFIGURATION:-Release}" --no-build -- "$suite" "$data" "$@" || status=1
            return
        fi
    done
}

# First as the engine does it by itself; then on each of its ways alone, and with every function split.
run wasm-core
run wasm-core --back-end assembly
run wasm-core --back-end assembly --lifetime collectible
run wasm-core --back-end lazy
run wasm-core --back-end lazy --split 1
run component-model
run sigstore=sigstore-bundles
run wasi=wasi-preview1-adapted

if [ "$found" = no ]; then
    echo "CONFORMANCE FAILED: no suite is in CONFORMANCE_DIR ($CONFORMANCE_DIR)." >&2
    exit 1
fi
exit "$status"
