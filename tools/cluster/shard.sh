#!/bin/sh
# Runs "deno task shard" on a node that has neither Deno nor a network: with what
# "deno task cluster" put into .cache/deno.
cd "$(dirname "$0")/../.." || exit 1
here=$(pwd)
DENO_DIR="$here/.cache/deno" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
export DENO_DIR DENO_NO_UPDATE_CHECK NO_COLOR
exec "$here/.cache/deno/bin/deno" run --cached-only --allow-read --allow-write --allow-env --allow-sys \
  --allow-ffi --allow-run=git tools/cluster/work.ts "$@"
