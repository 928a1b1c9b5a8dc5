#!/usr/bin/env bash
# How fast a backlog is drained: 10,000 messages of datasets/friday.csv are stored, then worked by one
# `chit listen`, with a private Postgres, the in-process cache and the grammar, all on this machine.
#
#   scripts/bench-drain.sh [MESSAGES] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."

messages=${1:-10000}
runs=${2:-3}
chit=${CARGO_TARGET_DIR:-target}/release/chit
[ -x "$chit" ] || { echo "build it first: cargo build --release --locked" >&2; exit 1; }
work=$(mktemp -d)
# The private Postgres ends a moment after the last chit.
trap 'rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }' EXIT
chmod 755 "$work"
export CHIT_NOTIFY_FILE="$work/notices.jsonl" CHIT_LOG=warn
options=(--data-dir "$work/data")

head -n 1 datasets/friday.csv >"$work/load.csv"
python3 - "$messages" >>"$work/load.csv" <<'PYTHON'
import csv, sys
rows = list(csv.reader(open("datasets/friday.csv", newline="")))[1:]
out = csv.writer(sys.stdout)
for place in range(int(sys.argv[1])):
    out.writerow(rows[place % len(rows)])
PYTHON

for run in $(seq "$runs"); do
  again=(); [ "$run" -eq 1 ] || again=(--again)
  started=$(date +%s%N)
  "$chit" "${options[@]}" simulate "$work/load.csv" --as-fast-as-possible "${again[@]}" 2>/dev/null
  stored=$(date +%s%N)
  "$chit" "${options[@]}" listen --until-drained 2>"$work/end" &
  pid=$!
  peak=0
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null || true)
    [ "${now:-0}" -gt "$peak" ] && peak=$now
    sleep 0.05
  done
  wait "$pid"
  drained=$(date +%s%N)
  awk -v n="$messages" -v put=$((stored - started)) -v took=$((drained - stored)) -v peak="$peak" -v run="$run" 'BEGIN {
    printf "run %d: put in %.1f s; drained in %.2f s with start and end: %.0f messages/s; peak memory %.0f MB\n",
      run, put / 1e9, took / 1e9, n / (took / 1e9), peak / 1024 }'
done
cat "$work/end"
