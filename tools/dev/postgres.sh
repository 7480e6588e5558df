#!/usr/bin/env bash
# A private PostgreSQL for tests, on a socket in FOLDER and on no port.
# usage: postgres.sh start FOLDER [SETTING…] | replica FOLDER | promote FOLDER | stop FOLDER
# `start` prints the address. `replica` adds a streaming replica of it, which each commit waits for from then on, and
# prints the replica's address. `promote` ends the first server as if its machine had died and makes the replica the
# one that writes. PostgreSQL refuses to run as root: then it runs as the user that its package made.
set -euo pipefail
bin=/usr/lib/postgresql/15/bin
folder=$(mkdir -p "$2" && cd "$2" && pwd)

as_server() {
  if [[ $EUID -eq 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}

# launch DATA SOCKETS [SETTING…]
launch() {
  local options="-c listen_addresses='' -c unix_socket_directories='$2' -c max_connections=200"
  local setting
  for setting in "${@:3}"; do options+=" -c $setting"; done
  as_server "$bin/pg_ctl" -D "$1" -l "$1.log" -w -o "$options" start >>"$folder.log" 2>&1
}

# halt DATA: at once, as a death of the machine would
halt() {
  if [[ -d $1 ]]; then as_server "$bin/pg_ctl" -D "$1" -m immediate stop >>"$folder.log" 2>&1 || true; fi
}

ask() { as_server psql -qXAt "host=$folder user=syncline dbname=postgres" -c "$1"; }

make_replica() {
  as_server mkdir "$folder/second"
  as_server "$bin/pg_basebackup" -D "$folder/replica" -h "$folder" -U syncline -R -X stream -c fast --no-sync \
    >>"$folder.log" 2>&1
  launch "$folder/replica" "$folder/second"
  # After the copy was made: once promoted, the replica has no replica of its own to wait for. It applies a commit
  # before that is answered, so that a list which is read from it shows what was written before.
  {
    ask "ALTER SYSTEM SET synchronous_standby_names = '*'"
    ask "ALTER SYSTEM SET synchronous_commit = 'remote_apply'"
    ask "SELECT pg_reload_conf()"
  } >>"$folder.log"
  for ((i = 0; i < 100; i++)); do
    if [[ $(ask "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1 ]]; then return; fi
    sleep 0.1
  done
  echo "postgres: the replica does not follow" >&2
  exit 1
}

case "$1" in
  start)
    if [[ $EUID -eq 0 ]]; then chown postgres "$folder"; fi
    as_server "$bin/initdb" -D "$folder/data" -U syncline -A trust --locale=C --encoding=UTF8 --no-sync \
      >"$folder.log" 2>&1
    launch "$folder/data" "$folder" "${@:3}"
    echo "postgresql:///postgres?host=$folder&user=syncline"
    ;;
  replica)
    make_replica
    echo "postgresql:///postgres?host=$folder/second&user=syncline"
    ;;
  promote)
    halt "$folder/data"
    as_server "$bin/pg_ctl" -D "$folder/replica" -w promote >>"$folder.log" 2>&1
    ;;
  stop)
    halt "$folder/replica"
    halt "$folder/data"
    ;;
  *) echo "usage: postgres.sh start|replica|promote|stop FOLDER" >&2; exit 64 ;;
esac
