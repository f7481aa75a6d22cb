# The private PostgreSQL cluster and the databases in it. Sourced by ./dev.
#
# It listens on a socket only, trusts whoever may open that socket, and belongs to an ordinary
# user even when ./dev is run by root, because PostgreSQL refuses to run as root.

cluster=$dev/pg
database_remedy="read the message above; if nothing helps, remove $cluster: databases are made anew."
db_user=odoo
database=omnichannel
languages=en_US,ru_RU
companions=sale_management   # the Sales application, which sale_crm alone does not bring
neighbours=im_livechat,website,website_livechat,crm_livechat   # they change Discuss as we do

# A socket's path may have 107 characters, so that of a deep folder goes to /tmp.
socket_folder() {
    if ((${#cluster} < 70)); then
        echo "$cluster/socket"
    else
        echo "/tmp/omnichannel-$(id -u)-$(cksum <<<"$cluster" | cut -d' ' -f1)"
    fi
}

# Run a command as the owner of the cluster.
as_owner() {
    if ((EUID != 0)); then
        "$@"
    elif runuser -u "$(owner)" -- test -x "$dev"; then
        setpriv --reuid="$(owner)" --regid="$(owner_group)" --clear-groups -- "$@"
    else  # the repository is in a folder that only root may enter, such as root's home
        setpriv --reuid="$(owner)" --regid="$(owner_group)" --clear-groups \
            --inh-caps=+dac_override --ambient-caps=+dac_override -- "$@"
    fi
}

owner() {
    if ((EUID != 0)); then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

owner_group() { id -gn "$(owner)"; }

# PostgreSQL runs, and PGHOST, PGUSER and PGPORT lead every client to it.
set_up_database() {
    PGHOST=$(socket_folder)
    export PGHOST PGUSER=$db_user PGPORT=5432 PGDATABASE=postgres
    unset PGPASSWORD PGSERVICE PGHOSTADDR PGOPTIONS
    local bin
    bin=$(postgres_bin)
    PATH=$bin:$PATH
    [[ -f $cluster/data/PG_VERSION ]] ||
        step "PostgreSQL cluster" "$database_remedy" create_cluster
    if ! pg_isready -q; then
        has_right_version
        step "PostgreSQL" "$database_remedy" \
            start_cluster
    fi
}

create_cluster() {
    local building="$dev/building/pg"
    rm -rf "$building"
    mkdir -p "$building/data"
    chown "$(owner):$(owner_group)" "$building" "$building/data"
    (cd / && as_owner initdb --username="$db_user" --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --no-sync --pgdata="$building/data")
    cat >>"$building/data/postgresql.conf" <<-END
	listen_addresses = ''
	unix_socket_permissions = 0700
	max_connections = 200
	shared_buffers = 256MB
	# What is in here can be made again: speed before surviving a power cut.
	fsync = off
	full_page_writes = off
	synchronous_commit = off
	jit = off   # databases of this size are searched sooner than a query is compiled
	END
    rm -rf "$cluster"
    mv "$building" "$cluster"
}

has_right_version() {
    local made_by
    made_by=$(cat "$cluster/data/PG_VERSION")
    [[ $(postgres --version) == *" $made_by."* ]] ||
        die "the cluster in .dev/pg belongs to PostgreSQL $made_by, here is $(postgres --version)." \
            "Remove the folder .dev/pg; the databases in it are made anew."
}

start_cluster() {
    local log="$dev/log/postgresql.log"
    exec 9>&-   # the server outlives us, our lock shall not
    mkdir -p "$PGHOST"
    [[ $(stat -c %U "$PGHOST") == "$(id -un)" || $(stat -c %U "$PGHOST") == "$(owner)" ]] ||
        { echo "$PGHOST belongs to somebody else: $(stat -c %U "$PGHOST")"; return 1; }
    chown "$(owner):$(owner_group)" "$PGHOST"
    chmod 700 "$PGHOST"
    touch "$log"
    chown "$(owner)" "$log"
    (cd / && as_owner pg_ctl --silent --wait --timeout=60 --pgdata="$cluster/data" --log="$log" \
        --options="-c unix_socket_directories='$PGHOST'" start) || { tail -n 5 "$log"; return 1; }
}

# psql that prints bare values and fails on the first error: sql <database> <statement>
sql() { PGOPTIONS="-c client_min_messages=warning" psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

database_exists() { [[ $(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]]; }

drop_database() {
    sql postgres "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)"
    rm -rf "${data:?}/filestore/$1"
}

# Odoo on our cluster: odoo <Odoo's command line>
odoo() {
    ODOO_ROOT=$odoo_root "$dev/venv/bin/python" "$tools/odoo.py" "$@"
}

# The same with our options, behind the name of a subcommand if there is one.
run_odoo() {
    local subcommand=()
    if [[ ${1:-} == [a-z]* ]]; then
        subcommand=("$1")
        shift
    fi
    odoo "${subcommand[@]}" "${odoo_options[@]}" "$@"
}

odoo_options=()   # set by find_odoo_options: what every start of the server is given

find_odoo_options() {
    odoo_options=(
        --addons-path="$odoo_addons,$PWD" --data-dir="$data" --db_host="$PGHOST"
        --db_user="$db_user" --http-interface=127.0.0.1
    )
}

# ── the template ─────────────────────────────────────────────────────────────────────────────
# A database with all that the addon depends on, and without the addon. Fresh databases are
# copies of it, which takes a second instead of a minute.

# Set template to the name of the database that fits this Odoo and these dependencies, and
# template_modules to what is in it.
find_template() {
    template_modules=$(addon_depends),$companions
    template=template_$(cksum <<<"$odoo_root $(odoo_release) $template_modules $languages pg_trgm" |
        cut -d' ' -f1)
}

addon_depends() {
    "$dev/venv/bin/python" -c 'import ast, pathlib, sys
print(",".join(ast.literal_eval(pathlib.Path(sys.argv[1]).read_text())["depends"]))' \
        "$addon/__manifest__.py"
}

odoo_release() { cksum <"$odoo_root/odoo/release.py"; }

set_up_template() {
    find_template
    database_exists "$template" ||
        step "Odoo's own modules, once" "$database_remedy" make_template
}

make_template() {
    local building="building_$template"
    drop_database "$building"
    sql postgres "CREATE DATABASE \"$building\" TEMPLATE template0"
    sql "$building" "CREATE EXTENSION pg_trgm"   # as Odoo does: without it, trigram indexes are left out
    odoo "${odoo_options[@]}" -d "$building" -i "$template_modules" --load-language="$languages" \
        --max-cron-threads=0 --no-http --stop-after-init
    drop_all_like 'template\_%'
    move_database "$building" "$template"
}

drop_all_like() {
    local old
    for old in $(sql postgres "SELECT datname FROM pg_database WHERE datname LIKE '$1'"); do
        drop_database "$old"
    done
}

# Rename a database with its files; it is there under its new name when it is complete.
move_database() {
    mkdir -p "$data/filestore/$1"
    rm -rf "${data:?}/filestore/$2"
    mv "$data/filestore/$1" "$data/filestore/$2"
    sql postgres "ALTER DATABASE \"$1\" RENAME TO \"$2\""
}

# The same with Odoo's live chat and website in it, which takes a minute instead of a second.
set_up_neighbours() {
    set_up_template
    with_neighbours=neighbours_${template#template_}
    database_exists "$with_neighbours" ||
        step "Odoo's live chat and website, once" "$database_remedy" make_neighbours
}

make_neighbours() {
    local building="building_$with_neighbours"
    copy_database "$template" "$building"
    odoo "${odoo_options[@]}" -d "$building" -i "$neighbours" \
        --max-cron-threads=0 --no-http --stop-after-init
    drop_all_like 'neighbours\_%'
    move_database "$building" "$with_neighbours"
}

# A fresh database with the dependencies in it, whatever stood there before.
fresh_database() {
    lock
    set_up_template
    unlock
    copy_database "$template" "$1"
}

# The same, beside live chat and website.
database_beside() {
    lock
    set_up_neighbours
    unlock
    copy_database "$with_neighbours" "$1"
}

copy_database() {
    drop_database "$2"
    sql postgres "CREATE DATABASE \"$2\" TEMPLATE \"$1\""
    cp -r "$data/filestore/$1" "$data/filestore/$2"
}
