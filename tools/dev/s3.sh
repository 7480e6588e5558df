#!/usr/bin/env bash
# A private S3 server for tests (s3_server.py) on loopback. usage: s3.sh start FOLDER | stop FOLDER
# `start` prints the file to source: it says where the server is and with which key.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "$2" && cd "$2" && pwd)

case "$1" in
  start)
    setsid "$here/s3_server.py" "$folder" >"$folder.log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    for ((i = 0; i < 600; i++)); do
      if [[ -e $folder/s3.env ]]; then
        echo "$folder/s3.env"
        exit 0
      fi
      kill -0 "$(cat "$folder/pid")" 2>/dev/null || break
      sleep 0.1
    done
    echo "s3: the server did not start:" >&2
    tail -5 "$folder.log" >&2
    exit 1
    ;;
  stop) kill "$(cat "$folder/pid")" 2>/dev/null || true ;;
  *) echo "usage: s3.sh start|stop FOLDER" >&2; exit 64 ;;
esac
