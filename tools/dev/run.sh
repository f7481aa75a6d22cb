# ./dev run: Odoo with demonstration channels, and the simulator beside it. Sourced by ./dev.

odoo_port=${ODOO_PORT:-8069}
simulator_port=${SIMULATOR_PORT:-8070}
odoo_url=http://127.0.0.1:$odoo_port
simulator_url=http://127.0.0.1:$simulator_port
simulator_state=$data/simulator.json

run() {
    local phones server began
    check_port ODOO_PORT "$odoo_port"
    check_port SIMULATOR_PORT "$simulator_port"
    set_up
    began=$SECONDS
    lock
    set_up_demo
    unlock
    background "$dev/log/simulator.log" "$dev/venv/bin/python" -m simulator \
        --host 127.0.0.1 --port "$simulator_port" --state "$simulator_state"
    phones=${started[-1]}
    background "$dev/log/odoo.log" odoo "${odoo_options[@]}" -d "$database" \
        --db-filter="^$database\$" --http-port="$odoo_port" --max-cron-threads=4 \
        --limit-time-real=0   # a browser's idle connection counts as a request that lasts
    server=${started[-1]}
    await simulator "$phones" "$simulator_url/"
    await odoo "$server" "$odoo_url/web/health"
    connect_demo
    announce $((SECONDS - began))
    wait -n "$phones" "$server" || true
    if kill -0 "$server" 2>/dev/null; then has_ended simulator; else has_ended odoo; fi
}

check_port() {
    port_is_free "$2" || die "port $2 is taken by another program (perhaps another ./dev run)." \
        "End that one, or choose another port: $1=$(free_port) ./dev run"
}

# The database exists and holds the addon as it is now. Its comment says what it was made of.
set_up_demo() {
    local odoo_now addon_now made_of
    odoo_now=$(cksum <<<"$odoo_root $(odoo_release)" | cut -d' ' -f1)
    addon_now=$(addon_sum)
    if ! database_exists "$database"; then
        step "database with demonstration data, once" "$database_remedy" \
            make_demo "$odoo_now $addon_now"
    else
        made_of=$(sql postgres "SELECT shobj_description(oid, 'pg_database') FROM pg_database
            WHERE datname = '$database'")
        [[ $made_of == "$odoo_now $addon_now" ]] && return
        local modules=$addon
        [[ $made_of == "$odoo_now "* ]] || modules=base
        step "update of the database" "$database_remedy" \
            odoo "${odoo_options[@]}" -d "$database" -u "$modules" -i "$addon" --no-http \
            --max-cron-threads=0 --stop-after-init
        remember "$database" "$odoo_now $addon_now"
    fi
}

# Note in the database itself what it was made of: remember <database> <sums>
remember() { sql postgres "COMMENT ON DATABASE \"$1\" IS '$2'"; }

addon_sum() {
    find "$addon" -type f ! -name '*.pyc' ! -path '*/tests/*' -print0 | sort -z |
        xargs -0 cksum | cksum | cut -d' ' -f1
}

make_demo() {
    local building="building_$database"
    drop_database "$building"
    rm -f "$simulator_state"
    sql postgres "CREATE DATABASE \"$building\" TEMPLATE template0"
    odoo "${odoo_options[@]}" -d "$building" -i "$addon,$companions" --with-demo --load-language="$languages" \
        --no-http --max-cron-threads=0 --stop-after-init
    remember "$building" "$1"
    move_database "$building" "$database"
}

# Wait until something answers: await <name> <process> <address>
await() {
    local patience=300
    while ! answers "$3"; do
        kill -0 "$2" 2>/dev/null || has_ended "$1"
        ((patience-- > 0)) || die "the $1 does not answer at $3. Its log: $dev/log/$1.log" \
            "$(tail -n 15 "$dev/log/$1.log")"
        sleep 0.2
    done
}

# Whether a server speaks HTTP there, whatever it says.
answers() {
    "$dev/venv/bin/python" -c 'import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=5)
except urllib.error.HTTPError:
    pass' "$1" 2>/dev/null
}

has_ended() {
    die "the $1 has ended. The end of its log, $dev/log/$1.log:" "" \
        "$(tail -n 15 "$dev/log/$1.log")" "" "Mend what it says, then start ./dev run again."
}

connect_demo() {
    "$dev/venv/bin/python" "$tools/connect_demo.py" "$odoo_url" "$simulator_url" ||
        say "The demonstration channels are not connected; Connect in Open Lines does the same."
}

announce() {
    say "" "Ready after $1 s. Ctrl-C ends it." "" \
        "  Odoo    $odoo_url    admin / admin" \
        "$(demo_logins)" \
        "  Phones  $simulator_url/   type here as the client" "" \
        "  Logs    $dev/log/odoo.log  $dev/log/simulator.log"
}

# The operators that the demonstration data brings; each has his login as password.
demo_logins() {
    sql "$database" "SELECT '                                   ' || login || ' / ' || login
        FROM res_users JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = res_users.id
        WHERE d.module = '$addon' AND active ORDER BY login"
}
