#!/usr/bin/env bash
# Describes every query of the source against a throw-away Postgres and keeps that under .sqlx/, so
# that a clone without a database builds. Run it after a query or a migration changed.
#
#   scripts/prepare-sqlx.sh            writes .sqlx/
#   scripts/prepare-sqlx.sh --check    writes nothing; fails where .sqlx/ says something else
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/programs.sh
. scripts/programs.sh

case ${1:-} in
  '' | --check) mode=${1:-write} ;;
  *) echo "usage: scripts/prepare-sqlx.sh [--check]" >&2; exit 2 ;;
esac

bin=$(postgres_bin_dir) || stop "no PostgreSQL programs: run scripts/setup.sh test"
folder=$(mktemp -d "${TMPDIR:-/tmp}/chit-sqlx.XXXXXX")
trap 'stop_postgres; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# Postgres refuses to run as root.
as_postgres() {
  if is_root; then
    setpriv --reuid="$account" --regid="$group" --clear-groups -- "$@"
  else
    "$@"
  fi
}

start_postgres() {
  mkdir "$folder/socket" "$folder/queries"
  if is_root; then
    account=$(id -u postgres 2>/dev/null || id -u nobody)
    group=$(id -g postgres 2>/dev/null || id -g nobody)
    chmod 755 "$folder"
    mkdir "$folder/data"
    chown "$account:$group" "$folder/data" "$folder/socket"
  fi
  (cd "$folder" && as_postgres "$bin/initdb" -D "$folder/data" -U chit -A trust -E UTF8 --locale=C >initdb.log) ||
    stop "initdb failed: $(cat "$folder/initdb.log")"
  (cd "$folder" && as_postgres "$bin/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-k '$folder/socket' -c listen_addresses='' -c fsync=off" start) ||
    stop "Postgres does not start: $(cat "$folder/data/log")"
}

stop_postgres() {
  if [ -e "$folder/data/postmaster.pid" ]; then
    (cd "$folder" && as_postgres "$bin/pg_ctl" -D "$folder/data" -w -s -m immediate stop) || true
  fi
}

migrate() {
  local file
  for file in migrations/*.sql; do
    PGOPTIONS='-c client_min_messages=warning' "$bin/psql" -h "$folder/socket" -U chit -d postgres \
      -q -X -1 -v ON_ERROR_STOP=1 -f "$file" >/dev/null || stop "$file does not run"
  done
}

# The macros ask the database while they are expanded and write what it says into SQLX_OFFLINE_DIR.
describe_queries() {
  # Cargo does not know that a database was changed: it expands again what looks changed itself.
  touch src/lib.rs src/main.rs
  find tests benches -name '*.rs' -exec touch {} +
  SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$folder/queries" \
    DATABASE_URL="postgres://chit@localhost/postgres?host=$folder/socket" \
    cargo check --locked --all-targets
}

start_postgres
migrate
describe_queries
count=$(find "$folder/queries" -name 'query-*.json' | wc -l)
if [ "$mode" = --check ]; then
  mkdir -p "$folder/none"
  kept=.sqlx
  [ -d "$kept" ] || kept=$folder/none
  diff -r "$kept" "$folder/queries" >"$folder/diff" || {
    head -n 40 "$folder/diff" >&2
    stop ".sqlx/ is not what $("$bin/postgres" --version) says of the queries: run scripts/prepare-sqlx.sh and commit .sqlx/"
  }
  echo "prepare-sqlx: .sqlx/ is right for all $count queries."
else
  rm -rf .sqlx
  [ "$count" -eq 0 ] || cp -R "$folder/queries" .sqlx
  echo "prepare-sqlx: $count queries described in .sqlx/."
fi
