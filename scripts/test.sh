#!/usr/bin/env bash
# Everything that has to hold before a change lands, each part with its time.
#
#   scripts/test.sh            all of it
#   scripts/test.sh quick      format, shell scripts and lints only
#   scripts/test.sh PART…      those parts, by name
set -uo pipefail
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/programs.sh
. scripts/programs.sh

quick=(format shell lints)
all=(format shell queries lints features dependencies tests browser)
tools=${CARGO_TARGET_DIR:-target}/tools
deny_version=0.20.2
test_limit=20m
report=()
failed=0
skipped=0

format() { cargo fmt --check; }

shell() {
  local file
  for file in scripts/*.sh .ci/run; do bash -n "$file" || return 1; done
  if have shellcheck; then
    shellcheck -x scripts/*.sh .ci/run
  else
    skip "shellcheck is not installed; the syntax alone was checked"
  fi
}

queries() { scripts/prepare-sqlx.sh --check; }

lints() { cargo clippy --locked --all-targets -- -D warnings; }

# The program has to build without the optional local models too.
features() { cargo check --locked --no-default-features --bins; }

dependencies() {
  local deny
  deny=$(cargo_deny) || return 1
  "$deny" --locked check --hide-inclusion-graph -A no-license-field licenses bans sources || return 1
  if timeout 60 "$deny" fetch db >/dev/null 2>&1; then
    "$deny" --locked check --disable-fetch advisories
  else
    skip "the database of security advisories can't be reached; dependencies were NOT checked against it"
  fi
}

cargo_deny() {
  if have cargo-deny; then
    command -v cargo-deny
  else
    # Unoptimized: it builds in a minute, and runs for two seconds.
    [ -x "$tools/bin/cargo-deny" ] ||
      cargo install --quiet --locked --debug --root "$tools" "cargo-deny@$deny_version" >&2 || return 1
    echo "$tools/bin/cargo-deny"
  fi
}

tests() {
  local variables
  if [ -x scripts/fetch-minilm.sh ]; then
    if variables=$(scripts/fetch-minilm.sh "$tools/minilm"); then
      while IFS='=' read -r name value; do
        case $name in CHIT_TEST_*) export "$name=$value" ;; esac
      done <<<"${variables//export /}"
    else
      skip "ONNX Runtime and MiniLM can't be had; the local model was NOT tested"
    fi
  fi
  # Nobody watches: a test that hangs has to end by itself.
  local limit=()
  [ -t 0 ] || limit=(timeout --kill-after=30 "$test_limit")
  "${limit[@]}" cargo test --locked --no-fail-fast
}

node_20() { have node && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 11) ? 0 : 1)'; }

# The page in Debian's Chromium; its pictures are left in target/browser/.
browser() {
  local chromium
  if ! have npm || ! node_20 || ! chromium=$(command -v chromium || command -v chromium-browser); then
    skip "Node.js 20.11 or later, npm or Chromium is not installed; the page was NOT tried in a browser"
    return 0
  fi
  if ! (cd tests/browser && timeout 300 npm ci --silent --no-audit --no-fund --ignore-scripts); then
    skip "the packages that drive a browser can't be had; the page was NOT tried in a browser"
    return 0
  fi
  cargo build --locked || return 1
  CHROMIUM=$chromium PROGRAM=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/chit \
    timeout --kill-after=30 10m node --test --test-concurrency=1 tests/browser/*.test.mjs
}

skip() {
  printf '\n!!! SKIPPED: %s !!!\n\n' "$1"
  report+=("         skipped: $1")
  skipped=$((skipped + 1))
}

part() {
  local started=$SECONDS result=ok
  printf '\n=== %s\n' "$1"
  "$1" || { result=FAILED; failed=$((failed + 1)); }
  local line
  line=$(printf '%-8s %-13s %4d s' "$result" "$1" $((SECONDS - started)))
  report+=("$line")
  echo "--- $line"
}

main() {
  local parts=("$@") name
  case ${1:-all} in
    all) parts=("${all[@]}") ;;
    quick) parts=("${quick[@]}") ;;
  esac
  for name in "${parts[@]}"; do
    case " ${all[*]} " in
      *" $name "*) ;;
      *) stop "no part called $name; there are: $(list "${all[@]}"), and quick" ;;
    esac
  done
  for name in "${parts[@]}"; do part "$name"; done
  printf '\n=== summary\n'
  printf '%s\n' "${report[@]}"
  printf '%-8s %-13s %4d s\n' "" "together" "$SECONDS"
  if [ "$failed" -gt 0 ]; then
    echo "$failed of ${#parts[@]} parts failed."
    return 1
  fi
  echo "All ${#parts[@]} parts passed; $skipped checks were skipped."
}

main "$@"
