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
    test_port=${TEST_PORT:-$(free_port)}
    test_database=${TEST_DATABASE:-test_$test_port}
    results=$dev/test/$test_database
    rm -rf "$results"
    mkdir -p "$results"
    find "$dev/test" -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} +
    last_words+=(drop_test_database)
    if [[ -z $only_odoo ]]; then
        test_units
    fi
    test_odoo "$tags"
    "$dev/venv/bin/python" "$tools/verdict.py" "$results" .ci/known_warnings
}

test_units() {
    logged "networks, without Odoo" "$results/networks.log" test_fast --verbose
    echo "$status" >"$results/networks.exit"
    for part in simulator bench; do
        if [[ -d $part/tests ]]; then
            logged "$part" "$results/$part.log" \
                "$dev/venv/bin/python" -m unittest discover --verbose -t . -s "$part/tests"
            echo "$status" >"$results/$part.exit"
        fi
    done
}

test_fast() {
    PYTHONPATH="$addon" "$dev/venv/bin/python" -m unittest discover \
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

drop_test_database() { drop_database "$test_database"; }
