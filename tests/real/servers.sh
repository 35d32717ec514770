# SPDX-License-Identifier: MIT
# Sourced by real-programs.sh: servers with threads, under clients that need no library.
# shellcheck shell=bash disable=SC2034,SC2154

# ---- memcached: items, LRU and hash table each under locks, and threads that tend them ----
NEEDS[memcached]="memcached python3"
real_memcached() {
    local port
    port=$(free_port)
    # A small hash table and little memory: it grows, and items are thrown out.
    start_server memcached -u root -l 127.0.0.1 -p "$port" -t 4 -m 32 -o hashpower=13
    wait_for python3 "$TESTS/real/memcached_load.py" "$port" 1 10
    python3 "$TESTS/real/memcached_load.py" "$port" 8 4000
    stop_server
}

# ---- MariaDB: start, statements of several connections, stop ----
# The log of the Aria engine has 8 buffers in a ring and locks each while it holds the one before.
# For a deadlock 8 threads would have to do so at once, and there are never more than two: one
# that goes on to the next buffer, and one that flushes (ma_loghandler.c says so at the mutex).
# It is a cycle all the same, and no lock rules it out.
KNOWN[mariadb]='lock-order: .* a cycle of 8 locks'
NEEDS[mariadb]="mariadbd mariadb mariadb-install-db mariadb-admin python3"
sql() {
    mariadb --no-defaults --socket="$PWD/socket" --user=root --batch --skip-column-names "$@"
}

real_mariadb() {
    local client clients=() user
    user=$(id -un)
    "${UNDER[@]}" mariadb-install-db --no-defaults --user="$user" --datadir="$PWD/data" \
        --auth-root-authentication-method=normal --skip-test-db >install.log 2>&1
    start_server mariadbd --no-defaults --user="$user" --datadir="$PWD/data" \
        --socket="$PWD/socket" --skip-networking --pid-file="$PWD/pid" \
        --innodb-buffer-pool-size=32M --log-bin="$PWD/data/bin"
    wait_for sql -e 'SELECT 1'
    python3 "$TESTS/real/statements.py" schema | sql
    for client in 1 2 3 4; do
        python3 "$TESTS/real/statements.py" "$client" 1000 | sql test >"client$client.out" &
        clients+=($!)
    done
    for client in "${clients[@]}"; do
        wait "$client"
    done
    cat client?.out
    python3 "$TESTS/real/statements.py" sums | sql test
    stop_server
}

# ---- redis: threads that read and write for the main one, background saves in children ----
NEEDS[redis]="redis-server redis-benchmark redis-cli"
real_redis() {
    start_server redis-server --port 0 --unixsocket "$PWD/socket" --dir "$PWD" --io-threads 3 \
        --io-threads-do-reads yes --save '' --appendonly yes --lazyfree-lazy-user-del yes
    wait_for redis-cli -s socket ping
    "${UNDER[@]}" redis-benchmark -s socket -q -n 4000 -c 50 --threads 2 -r 1000 -P 4 \
        -t set,get,incr,lpush,lpop,sadd,hset,zadd,mset >benchmark.log
    tr '\r' '\n' <benchmark.log | grep -c 'requests per second' || true
    redis-cli -s socket set key value
    redis-cli -s socket bgrewriteaof >wait.log
    redis-cli -s socket save
    redis-cli -s socket get key
    redis-cli -s socket flushall async
    stop_server
}

# ---- web servers ----
web_files() {
    mkdir site
    seq 1 40000 >site/large
    echo small >site/small
    chmod -R a+rX .
}

# under_load PORT: what the clients have seen.
under_load() {
    local file
    for file in large small; do
        ab -q -n 3000 -c 16 "http://127.0.0.1:$1/$file" 2>&1 |
            grep -E '^(Complete|Failed|Non-2xx|Document Length|HTML)'
    done
    curl -sS "http://127.0.0.1:$1/large" | sha256sum
}

NEEDS[nginx]="nginx ab curl"
real_nginx() {
    local port
    port=$(free_port)
    web_files
    cat >nginx.conf <<CONF
daemon off;
user root;
worker_processes 2;
pid $PWD/pid;
error_log $PWD/error.log;
thread_pool default threads=4;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server { listen 127.0.0.1:$port; root $PWD/site; aio threads; sendfile off; }
}
CONF
    start_server nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/error.log"
    wait_for curl -sSf "http://127.0.0.1:$port/small"
    under_load "$port"
    stop_server QUIT
}

NEEDS[apache]="apache2 ab curl"
real_apache() {
    local port module modules=/usr/lib/apache2/modules
    port=$(free_port)
    web_files
    for module in mpm_event authz_core unixd deflate cache cache_socache socache_shmcb; do
        if [[ -e $modules/mod_$module.so ]]; then
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        fi
    done >apache.conf
    cat >>apache.conf <<CONF
ServerRoot $PWD
ServerName localhost
Listen 127.0.0.1:$port
PidFile $PWD/pid
ErrorLog $PWD/error.log
DocumentRoot $PWD/site
StartServers 2
ThreadsPerChild 8
MaxRequestWorkers 16
Mutex pthread
CONF
    start_server apache2 -f "$PWD/apache.conf" -DFOREGROUND
    wait_for curl -sSf "http://127.0.0.1:$port/small"
    under_load "$port"
    stop_server
}

# ---- PostgreSQL: processes on shared memory; its client has threads ----
NEEDS[postgres]="python3 setpriv"
real_postgres() {
    local bin as=()
    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -n 1)
    if [ "$(id -u)" -eq 0 ]; then
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    # It goes before what is under test: setpriv is none of it.
    UNDER=("${as[@]}" "${UNDER[@]}")
    "${UNDER[@]}" "$bin/initdb" -D "$PWD/data" -U test -A trust --no-sync >install.log 2>&1
    start_server "$bin/postgres" -D "$PWD/data" -k "$PWD" -c listen_addresses= -c fsync=off
    wait_for "$bin/psql" -h "$PWD" -U test -c 'SELECT 1' template1
    "${UNDER[@]}" "$bin/pgbench" -h "$PWD" -U test -i -s 2 -q template1 >init.log 2>&1
    "${UNDER[@]}" "$bin/pgbench" -h "$PWD" -U test -c 4 -j 2 -t 500 template1 |
        grep -E '^number of (transactions actually|failed)'
    "$bin/psql" -h "$PWD" -U test -Atc 'SELECT count(*) FROM pgbench_history' template1
    stop_server
}

# ---- curl: names are looked up in threads ----
NEEDS[curl]="curl python3"
real_curl() {
    local port server
    port=$(free_port)
    mkdir site
    for file in {1..60}; do
        echo "file $file" >"site/$file"
    done
    python3 -m http.server --bind 127.0.0.1 --directory site "$port" >http.log 2>&1 &
    server=$!
    until curl -sf "http://127.0.0.1:$port/1" >wait.log; do
        kill -0 "$server"
        sleep 0.05
    done
    # shellcheck disable=SC2064 # as it is now
    trap "kill $server" EXIT
    "${UNDER[@]}" curl -sS --parallel --parallel-max 10 "http://localhost:$port/[1-60]" | sort
}
