#!/usr/bin/env bash
# Fits the weights of the classifier again, to the seen halves of the labelled messages and to the practice ones, and
# writes them where the next build finds them. curry/ and diner/ are left out: nothing is learnt from them.
set -euo pipefail
cd "$(dirname "$0")/.."
practice=(datasets/practice/{kinds,assistant}.jsonl datasets/practice/*/messages.jsonl
  datasets/{pizzeria,taqueria,noodles,coffee}/practice.jsonl datasets/coffee/practice-2.jsonl
  datasets/greenbite-seen.jsonl datasets/greenbite-practice.jsonl)
cargo run --quiet --release -- classifier fit \
  datasets/coffee/{intent,orders,messages,off-menu-written}.jsonl \
  datasets/{pizzeria,taqueria,noodles}/{messages,off-menu}.jsonl \
  --whole "${practice[@]}" --output src/pipeline/classify
