# Runs the private Postgres for as long as any chit uses it.
#
# standard input   guard.lock, locked: it is free again once this shell has ended
# standard output  users.lock: every chit holds a shared lock, so an exclusive one is had when all
#                  have ended, however they did; a chit that comes later waits until this shell ends
# standard error   the log
# $1               signal that asks Postgres to stop
# $2               folder to remove at the end, or nothing
# $3 …             Postgres and its arguments
trap '' HUP INT QUIT TERM
signal=$1
throwaway=$2
shift 2

"$@" </dev/null >/dev/null &
server=$!

# Asked again each second: a signal that comes before Postgres listens for it is lost.
{
    flock -x 1
    while kill -s "$signal" "$server" 2>/dev/null; do sleep 1; done
} </dev/null &

wait "$server"
[ -z "$throwaway" ] || rm -rf "$throwaway"
kill -s KILL 0
