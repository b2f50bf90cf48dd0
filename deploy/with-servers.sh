#!/usr/bin/env bash
# deploy/with-servers.sh COMMAND...: run a command that finds PostgreSQL and Redis by CHATBOT_TEST_POSTGRES and
# CHATBOT_TEST_REDIS. One that already answers at its usual address is used; one that does not is started in
# a folder of its own, and both are gone afterwards.
set -euo pipefail

postgres=${CHATBOT_TEST_POSTGRES:-postgresql://postgres@127.0.0.1:5432/postgres}
redis=${CHATBOT_TEST_REDIS:-redis://127.0.0.1:6379/0}
python=$(dirname "$0")/../.venv/bin/python
folder=$(mktemp -d)
as_postgres=()
undo=()

clean_up() {
  for step in "${undo[@]}"; do eval "$step"; done
  rm -rf "$folder"
}
trap clean_up EXIT

free_port() { "$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

answers_postgres() {
  "$python" - "$postgres" <<'PYTHON' 2>/dev/null
import asyncio, asyncpg, sys
asyncio.run(asyncpg.connect(sys.argv[1], timeout=5))
PYTHON
}

answers_redis() {
  "$python" -c 'import redis, sys; redis.Redis.from_url(sys.argv[1]).ping()' "$redis" 2>/dev/null
}

start_postgres() {
  local programs port
  programs=$(dirname "$(command -v postgres || printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)")
  port=$(free_port)
  # PostgreSQL refuses to run as root; its package made a user for it.
  if [ "$(id -u)" -eq 0 ]; then as_postgres=(runuser -u postgres --) && chown postgres "$folder"; fi
  cd "$folder"
  "${as_postgres[@]}" "$programs/initdb" -D "$folder/postgres" -U postgres -A trust -E UTF8 --no-sync >/dev/null
  "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/postgres" -l "$folder/postgres.log" -w start >/dev/null \
    -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"
  cd - >/dev/null
  undo+=("${as_postgres[*]} $programs/pg_ctl -D $folder/postgres -m immediate stop >/dev/null")
  postgres=postgresql://postgres@127.0.0.1:$port/postgres
}

start_redis() {
  local port
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save "" --dir "$folder" >"$folder/redis.log" &
  undo+=("kill $! && wait $! || true")
  redis=redis://127.0.0.1:$port/0
  until answers_redis; do
    kill -0 $! 2>/dev/null || { cat "$folder/redis.log" >&2; exit 1; }
    sleep 0.1
  done
}

answers_postgres || start_postgres
answers_redis || start_redis

CHATBOT_TEST_POSTGRES=$postgres CHATBOT_TEST_REDIS=$redis "$@"
