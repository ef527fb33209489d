#!/bin/sh
# Fails if a build or a test changed a tracked file, or left one behind that is neither tracked nor ignored.
set -u
status=0
git diff --exit-code || status=1
stray=$(git ls-files --others --exclude-standard)
if [ -n "$stray" ]; then
    echo "Files that are neither tracked nor ignored:"
    echo "$stray"
    status=1
fi
exit "$status"
