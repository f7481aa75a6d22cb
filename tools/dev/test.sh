# ./dev test and ./dev test-fast. Sourced by ./dev.

# test_all [--tags <Odoo's --test-tags>]
test_all() {
    local tags="/$addon" only_odoo="" status
    if [[ ${1:-} == --tags ]]; then
        tags=${2:?--tags needs the tests, as Odoo names them: /$addon:TestClass.test_method}
        only_odoo=yes
        shift 2
    fi
    (($# == 0)) || die "test knows no $1; it knows --tags."
    set_up browser
    if [[ -z $only_odoo ]]; then
        set_up_people
    fi
    test_port=${TEST_PORT:-$(free_port)}
    test_database=${TEST_DATABASE:-test_$test_port}
    beside_database=beside_$test_port
    results=$dev/test/$test_database
    rm -rf "$results"
    mkdir -p "$results"
    find "$dev/test" -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} +
    last_words+=(drop_test_database)
    if [[ -z $only_odoo ]]; then
        test_units
    fi
    test_odoo "$tags"
    if [[ -z $only_odoo ]]; then
        test_beside
        test_uninstall uninstalled "$test_database"
        test_uninstall uninstalled_beside "$beside_database"
        test_example
        test_people
    fi
    "$dev/venv/bin/python" "$tools/verdict.py" "$results" .ci/known_warnings
}

test_units() {
    logged "networks, without Odoo" "$results/networks.log" test_fast --verbose
    echo "$status" >"$results/networks.exit"
    for part in simulator bench tools/dev; do
        if [[ -d $part/tests ]]; then
            logged "$part" "$results/${part//\//_}.log" \
                "$dev/venv/bin/python" -m unittest discover --verbose -t . -s "$part/tests"
            echo "$status" >"$results/${part//\//_}.exit"
        fi
    done
}

# test_fast [--examples N]: the fuzzer tries so many new cases of each kind and network, instead of
# a few that are always the same.
test_fast() {
    local examples=""
    if [[ ${1:-} == --examples ]]; then
        examples=${2:?--examples needs a number}
        shift 2
    fi
    FUZZ_EXAMPLES=$examples PYTHONPATH="$addon" "$dev/venv/bin/python" -m unittest discover \
        -t "$addon/tests" -s "$addon/tests/network" "$@"
}

test_odoo() {
    fresh_database "$test_database"
    logged "Odoo" "$results/odoo.log" env TZ=UTC LC_ALL=C.UTF-8 ODOO_ROOT="$odoo_root" \
        "$dev/venv/bin/python" "$tools/odoo.py" "${odoo_options[@]}" \
        -d "$test_database" -i "$addon" --test-tags "$1" --http-port="$test_port" \
        --screenshots="$results" --max-cron-threads=0 --stop-after-init
    echo "$status" >"$results/odoo.exit"
}

# An addon that is none of ours brings a network: installed into what the tests before left.
test_example() {
    logged "a network from another addon" "$results/example.log" env TZ=UTC LC_ALL=C.UTF-8 \
        ODOO_ROOT="$odoo_root" "$dev/venv/bin/python" "$tools/odoo.py" "${odoo_options[@]}" \
        --addons-path="$odoo_addons,$PWD,$PWD/examples/addons" -d "$test_database" \
        -i omnichannel_pigeon --test-tags /omnichannel_pigeon --no-http \
        --max-cron-threads=0 --stop-after-init
    echo "$status" >"$results/example.exit"
}

# What Odoo's own live chat and website change in Discuss must leave ours as it is: installed
# beside them, looked at again where the two meet.
test_beside() {
    local tests="/$addon:TestHoot,/$addon:TestTours,/$addon:TestToursOnPhone"
    tests+=",/$addon:TestWorkspaceTour,/$addon:TestWhoSees,/$addon:TestRouteMatrix"
    database_beside "$beside_database"
    logged "beside live chat and website" "$results/beside.log" env TZ=UTC LC_ALL=C.UTF-8 \
        ODOO_ROOT="$odoo_root" "$dev/venv/bin/python" "$tools/odoo.py" "${odoo_options[@]}" \
        -d "$beside_database" -i "$addon" --test-tags "$tests" --http-port="$test_port" \
        --screenshots="$results/beside" --max-cron-threads=0 --stop-after-init
    echo "$status" >"$results/beside.exit"
}

# The addon goes, with rows in all its tables, and comes back: test_uninstall <name> <database>.
test_uninstall() {
    logged "uninstalling, in $2" "$results/$1.log" uninstall "$2"
    echo "$status" >"$results/$1.exit"
}

uninstall() {
    run_odoo shell -d "$1" --no-http --max-cron-threads=0 --log-level=warn <"$tools/uninstall.py"
}

# ── people before browsers ───────────────────────────────────────────────────────────────────
# A server and phones as ./dev run has them, and acceptance/ before them.

set_up_people() {
    lock
    need node
    set_up_node_tools
    unlock
}

test_people() {
    local live_database=live_$test_port odoo_url simulator_url
    live_port=${LIVE_PORT:-$(free_port)}
    phones_port=${PHONES_PORT:-$(free_port)}
    odoo_url=http://127.0.0.1:$live_port
    simulator_url=http://127.0.0.1:$phones_port
    logged "demonstration" "$results/acceptance.log" make_live "$live_database"
    if ((status == 0)); then
        background "$dev/log/phones_of_test.log" "$dev/venv/bin/python" -m simulator \
            --host 127.0.0.1 --port "$phones_port" --state "$results/simulator.json"
        background "$dev/log/odoo_of_test.log" odoo "${odoo_options[@]}" -d "$live_database" \
            --db-filter="^$live_database\$" --http-port="$live_port" --max-cron-threads=4 \
            --limit-time-real=0   # a browser's idle connection counts as a request that lasts
        logged "people before browsers" "$results/acceptance.log" watch_people "$live_database"
        keep_what_was_said phones odoo
    fi
    echo "$status" >"$results/acceptance.exit"
}

# The verdict looks through it for secrets.
keep_what_was_said() {
    local server
    for server in "$@"; do
        cp "$dev/log/${server}_of_test.log" "$results/$server.said"
    done
}

# The demonstration as ./dev run has it, on Odoo's modules without theirs, which takes seconds.
make_live() {
    fresh_database "$1"
    run_odoo -d "$1" -i "$addon" --no-http --max-cron-threads=0 --stop-after-init
    run_odoo shell -d "$1" --no-http <"$tools/load_demo.py"
}

# watch_people <database>, of the servers that were started last
watch_people() {
    await phones_of_test "${started[-2]}" "$simulator_url/"
    await odoo_of_test "${started[-1]}" "$odoo_url/web/health"
    "$dev/venv/bin/python" "$tools/connect_demo.py" "$odoo_url" "$simulator_url" "$1"
    node acceptance/main.mjs "$(printf \
        '{"odoo": "%s", "simulator": "%s", "database": "%s", "chromium": "%s", "pictures": "%s"}' \
        "$odoo_url" "$simulator_url" "$1" "$(find_chromium)" "$results/pictures")"
}

drop_test_database() {
    drop_database "$test_database"
    drop_database "$beside_database"
    drop_database "live_$test_port"
}
