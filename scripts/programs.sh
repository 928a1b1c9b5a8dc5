# shellcheck shell=bash
# Sourced by the other scripts: where programs are, and who runs them.

# Rust's installer puts cargo here, and says so to new shells only.
PATH="$PATH:${CARGO_HOME:-${HOME:-/nonexistent}/.cargo}/bin"
export PATH

have() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

stop() { echo "${0##*/}: $*" >&2; exit 1; }

# "a, b, c"
list() {
  local text
  text=$(printf '%s, ' "$@")
  echo "${text%, }"
}

# The command line that runs "$1" as root, from this folder.
as_root() {
  if have sudo; then echo "sudo $1"; else echo "su -c '$1'"; fi
}

# The folder that holds initdb and postgres: PG_BIN_DIR, PATH, then the distributions' folders, newest first.
postgres_bin_dir() {
  local dir program
  if [ -n "${PG_BIN_DIR:-}" ]; then
    echo "$PG_BIN_DIR"
    [ -x "$PG_BIN_DIR/initdb" ] && [ -x "$PG_BIN_DIR/postgres" ]
    return
  fi
  if program=$(command -v initdb) && have postgres; then
    dirname "$(readlink -f "$program")"
    return
  fi
  local IFS=$'\n'
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin | sort -rV); do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
      echo "$dir"
      return
    fi
  done
  return 1
}

tree_owner() { stat -c %U . 2>/dev/null || stat -f %Su .; }
