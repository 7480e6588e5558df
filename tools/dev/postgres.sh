#!/usr/bin/env bash
# A private PostgreSQL for tests, on a socket in FOLDER and on no port. usage: postgres.sh start FOLDER | stop FOLDER
# `start` prints the address. PostgreSQL refuses to run as root: then it runs as the user that its package made.
set -euo pipefail
bin=/usr/lib/postgresql/15/bin
folder=$(mkdir -p "$2" && cd "$2" && pwd)

as_server() {
  if [[ $EUID -eq 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}

case "$1" in
  start)
    if [[ $EUID -eq 0 ]]; then chown postgres "$folder"; fi
    as_server "$bin/initdb" -D "$folder/data" -U syncline -A trust --locale=C --encoding=UTF8 --no-sync \
      >"$folder.log" 2>&1
    as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w \
      -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=200" start >>"$folder.log" 2>&1
    echo "postgresql:///postgres?host=$folder&user=syncline"
    ;;
  stop) as_server "$bin/pg_ctl" -D "$folder/data" -m immediate stop >>"$folder.log" 2>&1 || true ;;
  *) echo "usage: postgres.sh start|stop FOLDER" >&2; exit 64 ;;
esac
