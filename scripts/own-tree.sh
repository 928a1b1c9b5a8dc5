#!/usr/bin/env bash
# Stops when root is about to build in another user's folder, where it would leave files that the
# user can neither change nor remove.
#
#   scripts/own-tree.sh TARGET
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/programs.sh
. scripts/programs.sh

owner=$(tree_owner)
if is_root && [ "$owner" != root ]; then
  stop "this folder belongs to $owner, and root builds nothing in it. Do this instead:

    ./scripts/setup.sh ${1:-demo}      (as you are: installs what is missing, builds nothing)
    make ${1:-demo}                    (as $owner)"
fi
