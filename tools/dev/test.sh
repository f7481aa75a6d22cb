# ./dev test and ./dev test-fast. Sourced by ./dev.

# test_all [--tags <Odoo's --test-tags>]
test_all() {
    local tags=""
    if [[ ${1:-} == --tags ]]; then
        tags=${2:?--tags needs the tests, as Odoo names them: /$addon:TestClass.test_method}
        shift 2
    fi
    (($# == 0)) || die "test knows no $1; it knows --tags."
    set_up browser
    test_port=${TEST_PORT:-$(free_port)}
    test_database=${TEST_DATABASE:-test_$test_port}
    results=$dev/test/$test_database
    rm -rf "$results"
    mkdir -p "$results"
    find "$dev/test" -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} +
    last_words+=(drop_test_databases)
    if [[ -n $tags ]]; then
        test_odoo odoo "$test_database" "$tags"
    else
        aside "$results/units.words" test_units
        local units=$aside
        set_up_people
        set_up_databases
        side_by_side 3 "$results" test_people tests_beside tests_first tests_second tests_third
        wait "$units" || die "the tests without Odoo did not come to their end."
        say "" "$(<"$results/units.words")"
    fi
    "$dev/venv/bin/python" "$tools/verdict.py" "$results" .ci/known_warnings
}

# What all of them copy their databases from.
set_up_databases() {
    lock
    set_up_template
    unlock
}

# Each of these runs has databases of its own. Tests in a browser, and those of rights, are tagged
# omnichannel_beside: they are run where Odoo's own live chat and website are, which change Discuss
# as we do; without those it is people who look. The others are shared out file by file.

tests_beside() {
    database_beside "$test_database-beside"
    in_odoo beside "$test_database-beside" "omnichannel_beside/$addon,/$addon:TestWhoSees"
    test_uninstall uninstalled_beside "$test_database-beside"
}

tests_first() {
    test_odoo first "$test_database" "$(share 1),-omnichannel_beside"
    test_uninstall uninstalled "$test_database"
    test_example
}

tests_second() { test_odoo second "$test_database-second" "$(share 2),-omnichannel_beside"; }

tests_third() { test_odoo third "$test_database-third" "$(share 0),-omnichannel_beside"; }

# Every third file of tests, the largest first, for they take longest: share <1, 2 or 0>
share() {
    find "$addon/tests" -name 'test_*.py' -printf '%s %p\n' | sort -k1,1nr -k2 |
        awk -v which="$1" 'NR % 3 == which { printf "%s/%s", comma, $2; comma = "," }'
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

# test_odoo <name> <database> <Odoo's --test-tags>
test_odoo() {
    fresh_database "$2"
    in_odoo "$1" "$2" "$3"
}

# Install the addon into this database, and run these tests: in_odoo <name> <database> <tags>
in_odoo() {
    logged "tests in Odoo, $1" "$results/$1.log" env TZ=UTC LC_ALL=C.UTF-8 ODOO_ROOT="$odoo_root" \
        "$dev/venv/bin/python" "$tools/odoo.py" "${odoo_options[@]}" \
        -d "$2" -i "$addon" --test-tags "$3" --http-port="$(free_port)" \
        --screenshots="$results/$1" --max-cron-threads=0 --stop-after-init
    echo "$status" >"$results/$1.exit"
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
    local live_database=$test_database-live odoo_url simulator_url
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

drop_test_databases() {
    local suffix
    for suffix in "" -second -third -beside -live; do drop_database "$test_database$suffix"; done
}
