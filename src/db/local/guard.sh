# Runs the private Postgres for as long as any chit uses it.
#
# standard input   guard.lock, locked: it is free again once this shell has ended
# standard output  users.lock: every chit holds a shared lock, so an exclusive one is had when all
#                  have ended, however they did; a chit that comes later waits until this shell ends
# standard error   the log
# $1               signal that asks Postgres to stop
# $2               folder to remove at the end, or nothing
# $3 …             Postgres and its arguments
#
# Shell, Postgres and the rest are one process group, in which Postgres alone heeds these signals.
# Whoever started chit may have left the usual folders out.
PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
trap '' HUP INT QUIT TERM
signal=$1
throwaway=$2
shift 2

# Asked again each second: a signal that comes before Postgres listens for it is lost.
{
    flock -x 1
    while kill -s "$signal" 0 && sleep 1 && kill -s 0 $$ 2>/dev/null; do :; done
} </dev/null &

# One that was killed is started again; what is left of it may be in the way for some seconds.
tries=0
while :; do
    "$@" </dev/null >/dev/null &
    wait $!
    status=$?
    [ "$status" -le 128 ] || tries=10
    [ "$status" -ne 0 ] && [ "$tries" -gt 0 ] || break
    tries=$((tries - 1))
    sleep 1
done

[ -z "$throwaway" ] || rm -rf "$throwaway"
kill -s KILL 0
