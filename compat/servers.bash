# For the scripts beside it: redis-servers and a proxy on ports of 127.0.0.1, all stopped when the script ends,
# however it ends. Sets `repo`, `work` (a folder that is removed at the end) and the functions below.
# shellcheck shell=bash
export LC_ALL=C
me=$(basename "$0")
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/cobnut-$me.XXXXXX")
pids=()

fail() {
    echo "$me: $*" >&2
    exit 2
}

need() { # command and the Debian package that has it
    command -v "$1" >/dev/null || fail "$1 not found (Debian: apt install $2)"
}

stop() { # pids; nothing that is still running after five seconds is asked again
    local pid
    for pid in "$@"; do kill "$pid" 2>/dev/null || true; done
    for pid in "$@"; do
        for _ in {1..50}; do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

stop_all() {
    stop "${pids[@]}"
    pids=()
}

at_exit() {
    trap - EXIT
    stop_all
    rm -rf "$work"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

choose_ports() { # count -> the first of so many free ones in a row
    local base port free
    for _ in {1..100}; do
        base=$((10000 + RANDOM % 10000)) free=yes
        for port in $(seq "$base" $((base + $1 - 1))); do port_is_free "$port" || free=no; done
        [[ $free == no ]] || { echo "$base"; return; }
    done
    fail "no $1 free ports in a row between 10000 and 20000 after 100 tries"
}

start() { # name deadline-seconds port command...
    local name=$1 deadline=$((SECONDS + $2)) port=$3 pid
    shift 3
    "$@" </dev/null >"$work/$name.log" 2>&1 &
    pid=$!
    pids+=("$pid")
    until [[ $(timeout 2 redis-cli -p "$port" get cobnut:probe 2>&1) == '' ]]; do # nil prints as nothing
        if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > deadline)); then
            tail -n 20 "$work/$name.log" >&2
            fail "$name does not answer on port $port"
        fi
        sleep 0.1
    done
}

start_node() { # name port
    mkdir -p "$work/$1"
    start "$1" 10 "$2" redis-server --port "$2" --bind 127.0.0.1 --save '' --appendonly no --dir "$work/$1" \
        --enable-debug-command yes --enable-protected-configs yes --enable-module-command yes
}

pool_file() { # listen-port node-port...
    local listen=$1 port
    shift
    printf 'compat:\n  listen: 127.0.0.1:%d\n  redis: true\n  hash_tag: "{}"\n' "$listen"
    [[ ! ${allow:-} ]] || printf '  allow: %s\n' "$allow"
    printf '  servers:\n'
    for port in "$@"; do printf '   - 127.0.0.1:%d:1 shard-%d\n' "$port" $((port - $1 + 1)); done
}

# The port after listen-port is for statistics. `allow` is what the pool allows, `loops` how many event loops there are.
start_proxy() { # listen-port node-port...
    pool_file "$@" >"$work/proxy.yml"
    # ten minutes, because the launcher builds the program on first use
    start proxy 600 "$1" "$repo/cobnut" proxy -c "$work/proxy.yml" -a 127.0.0.1 -s $(($1 + 1)) \
        ${loops:+--loops "$loops"}
}
