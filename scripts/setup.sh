#!/usr/bin/env bash
# The one place that knows what `make demo` and `make test` need and what of it is missing.
# As root on Debian or Ubuntu it installs that; as anybody else it prints the command and stops.
#
#   scripts/setup.sh demo|test
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/programs.sh
. scripts/programs.sh

main() {
  local purpose=${1:-}
  case $purpose in
    demo | test) ;;
    *) echo "usage: scripts/setup.sh demo|test" >&2; exit 2 ;;
  esac
  find_missing "$purpose"
  if [ ${#packages[@]} -gt 0 ]; then
    install_packages "$purpose"
    find_missing "$purpose"
  fi
  [ ${#needed[@]} -eq 0 ] || stop "still missing after the installation: $(list "${needed[@]}")."
  need_postgres_15
  for what in "${wanted[@]}"; do
    echo "setup: $what is missing; what needs it is skipped."
  done
  # Root who only installs for somebody else needs no Rust of its own.
  if ! is_root || [ "$(tree_owner)" = root ]; then need_rust; fi
}

# Fills `needed` and `wanted` (in words) and `packages` (Debian's names).
find_missing() {
  needed=() wanted=() packages=()
  have c++ || have g++ || need "a C and C++ compiler" g++
  have cc || have gcc || need "a C compiler" gcc libc6-dev
  have git || need "git" git
  postgres_bin_dir >/dev/null || need "the PostgreSQL programs" postgresql
  if [ "$1" = test ]; then
    have memcached || need "memcached" memcached
    python_can_make_venvs || want "Python with venv (the local ONNX model is tested with it)" python3 python3-venv
    { have node && have npm; } || want "Node.js with npm (the page is tried in a browser with it)" nodejs npm
    have chromium || have chromium-browser || want "Chromium (the page is tried in it)" chromium
    have shellcheck || want "shellcheck" shellcheck
  fi
}

need() { needed+=("$1"); shift; packages+=("$@"); }

# Without these the rest still runs, so only root gets them.
want() {
  wanted+=("$1")
  shift
  if is_root && have apt-get; then packages+=("$@"); fi
}

python_can_make_venvs() { have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

install_packages() {
  echo "setup: missing: $(list "${needed[@]}" "${wanted[@]}")."
  if ! have apt-get; then
    stop "this is not Debian or Ubuntu: install these with its own packages, then run 'make $1' again."
  fi
  if ! is_root; then
    stop "run this, then 'make $1' again:

    $(as_root "scripts/setup.sh $1")

It installs with apt: ${packages[*]}. No database server is set up or started."
  fi
  echo "setup: installing with apt: ${packages[*]}."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >&2
  case " ${packages[*]} " in *" postgresql "*) keep_debian_from_making_a_cluster ;; esac
  apt_install "${packages[@]}"
  case " ${packages[*]} " in *" memcached "*) switch_off memcached ;; esac
}

apt_install() {
  apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@" >&2
}

# Chit starts a Postgres of its own; a second one on this machine would only take memory and a port.
keep_debian_from_making_a_cluster() {
  local file=/etc/postgresql-common/createcluster.conf
  # Its package brings the file with Debian's defaults; by itself it makes no cluster.
  [ -e "$file" ] || apt_install postgresql-common
  mkdir -p "$(dirname "$file")"
  touch "$file"
  if grep -Eq '^[#[:space:]]*create_main_cluster[[:space:]]*=' "$file"; then
    sed -Ei 's/^[#[:space:]]*create_main_cluster[[:space:]]*=.*/create_main_cluster = false/' "$file"
  else
    echo 'create_main_cluster = false' >>"$file"
  fi
  echo "setup: create_main_cluster = false in $file, so that no cluster is made or started."
}

# The tests start servers of their own.
switch_off() {
  if have systemctl && [ -d /run/systemd/system ]; then
    systemctl disable --quiet --now "$1" || true
  elif have service; then
    service "$1" stop >/dev/null 2>&1 || true
  fi
  echo "setup: $1 is installed but not running."
}

need_postgres_15() {
  local version
  version=$("$(postgres_bin_dir)/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
  [ "$version" -ge 15 ] || stop "PostgreSQL $version is too old: Chit needs 15 or later. PG_BIN_DIR may name another."
}

need_rust() {
  local wanted have
  wanted=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)
  if ! have cargo || ! have rustc; then
    stop "Rust $wanted or later is missing. README.md says how to get it (\"Before the first run\")."
  fi
  have=$(rustc --version | cut -d' ' -f2)
  if [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
    stop "Rust $have is too old: Chit needs $wanted or later. With rustup: rustup update stable"
  fi
}

main "$@"
