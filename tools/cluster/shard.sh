#!/bin/sh
# Runs "deno task shard" on a node that has neither Deno nor a network, with what "deno task cluster"
# put into .cache/deno.
INIT_CWD=$(pwd) # as deno task says where its user is, by whom relative paths are meant
cd "$(dirname "$0")/../.." || exit 1
deno="$(pwd)/.cache/deno/bin/deno"
DENO_DIR="$(pwd)/.cache/deno" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
export INIT_CWD DENO_DIR DENO_NO_UPDATE_CHECK NO_COLOR
exec "$deno" run --cached-only -R -E="CSC_*,INIT_CWD,PATH,LD_*,DYLD_*" --ignore-env --allow-run="$deno" \
  tools/tasks/start.ts shard "$@"
