# What .dev/ holds and how it comes there. Sourced by ./dev.

python_tail="usr/lib/python3/dist-packages"
network_remedy="check the network connection (and DEBIAN_MIRROR, pip and npm settings, if set)."

# ── packages of the machine ──────────────────────────────────────────────────────────────────

postgres_bin() {
    local folder
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    if [[ -x $folder/initdb ]]; then
        echo "$folder"
    elif command -v initdb >/dev/null; then
        dirname "$(readlink -f "$(command -v initdb)")"
    fi
}

find_chromium() {
    command -v google-chrome || command -v chromium || command -v chromium-browser ||
        command -v google-chrome-stable || true
}

python_is_ready() {
    python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# Print the Debian packages that are missing for: base | node | browser …
missing_packages() {
    local part
    for part in "$@"; do
        case $part in
        base)
            python_is_ready || echo python3 python3-venv
            [[ -n $(postgres_bin) ]] || echo postgresql
            [[ $(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p) == *libmagic.so.1* ]] || echo libmagic1
            command -v ffmpeg >/dev/null || echo ffmpeg
            wanted_packages
            ;;
        node) command -v node >/dev/null && command -v npm >/dev/null || echo nodejs npm ;;
        browser) [[ -n $(find_chromium) ]] || echo chromium fonts-dejavu-core ;;
        esac
    done
}

# Print what makes PDFs of quotations, unless it is there or the system no longer has it: without it
# clients get the link alone.
wanted_packages() {
    command -v wkhtmltopdf >/dev/null || ! apt-cache show wkhtmltopdf &>/dev/null || echo wkhtmltopdf
}

# Make the machine have what the parts need: need base node browser
need() {
    local packages=() as_root=()
    read -ra packages < <(missing_packages "$@" | xargs)
    ((${#packages[@]})) || return 0
    if ! command -v apt-get >/dev/null; then
        die "this machine lacks: ${packages[*]} (Debian's names), and it has no apt-get." \
            "Install them in this system's own way, then start again."
    fi
    if ((EUID != 0)); then
        as_root=(sudo)
        { command -v sudo >/dev/null && sudo -v; } || die "this machine lacks: ${packages[*]}" \
            "and neither root nor sudo is at hand. Ask an administrator for:" \
            "    apt-get install --no-install-recommends ${packages[*]}"
    fi
    step "packages" "read the message above; by hand: apt-get install ${packages[*]}" \
        install_packages "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive -- "${packages[@]}"
    read -ra packages < <(missing_packages "$@" | xargs)
    ((${#packages[@]} == 0)) || die "${packages[*]}: installed, and still not found." \
        "Python has to be 3.10 or newer; the commands have to be in PATH."
}

# install_packages <prefix …> -- <package …>
install_packages() {
    local prefix=()
    exec 9>&-   # a service that a package starts shall not keep our lock
    while [[ $1 != -- ]]; do prefix+=("$1"); shift; done
    shift
    "${prefix[@]}" dpkg --configure -a
    "${prefix[@]}" apt-get update
    # shellcheck disable=SC2046 - none or one word
    "${prefix[@]}" apt-get install -y --no-install-recommends "$@" $(wanted_packages)
}

# ── Odoo ─────────────────────────────────────────────────────────────────────────────────────

# Odoo and the packages with the files it links to. Two fonts are bookworm's: later suites have
# a different Font Awesome than 4.7, and Inconsolata in another file.
odoo_packages=(
    odoo-19/sid fonts-font-awesome/bookworm libjs-jquery/sid libjs-jquery-form/sid
    libjs-underscore/sid fonts-roboto-unhinted/sid fonts-montserrat/sid fonts-inconsolata/bookworm
    fonts-ocr-b/sid
)
odoo_key="2 ${odoo_packages[*]}"

# Set odoo_root (the folder that holds the package "odoo") and odoo_addons (its addons path).
find_odoo() {
    local home=${ODOO_HOME:-$dev/odoo/$python_tail}
    home=$(cd "$home" 2>/dev/null && pwd) || die "ODOO_HOME=$ODOO_HOME is not a folder."
    [[ -f $home/odoo/release.py ]] ||
        die "ODOO_HOME=$home is not an Odoo checkout: it has no odoo/release.py."
    grep -q '^version_info = (19, 0' "$home/odoo/release.py" ||
        die "ODOO_HOME=$home is not Odoo 19.0:" "$(grep '^version_info' "$home/odoo/release.py")"
    odoo_root=$(readlink -f "$home")   # the same for all clones that share one .dev
    odoo_addons=$home/odoo/addons
    if [[ -d $home/addons/web ]]; then
        odoo_addons+=,$home/addons
    fi
}

set_up_odoo() {
    local mirror
    if [[ -z ${ODOO_HOME:-} ]] && ! is_made "$dev/odoo" "$odoo_key"; then
        need node
        command -v dpkg-deb >/dev/null || die "Odoo 19 comes from Debian's package odoo-19," \
            "and this machine has no dpkg. Set ODOO_HOME to an Odoo 19 checkout."
        mirror=$(debian_mirror)
        say "Odoo 19 comes from $mirror, about 130 MB."
        step "Odoo 19" "$network_remedy Or set ODOO_HOME to an Odoo 19 checkout." \
            unpack_odoo
    fi
    find_odoo
}

unpack_odoo() {
    local building="$dev/building/odoo" deb dead_link
    rm -rf "$building"
    mkdir -p "$building/root"
    download_debs "$building/apt" "${odoo_packages[@]}"
    for deb in "$building"/apt/*.deb; do
        dpkg-deb -x "$deb" "$building/root"
    done
    # Debian ships a second copy of the addons without their data, which Odoo would find first.
    rm -r "$building/root/$python_tail"/{addons,setup,doc}
    add_selfie_segmentation "$building" "$building/root/$python_tail/odoo/addons/mail/static/lib"
    dead_link=$(find "$building/root/usr/lib" -xtype l -print -quit)
    [[ -z $dead_link ]] || { echo "$dead_link points to nothing"; return 1; }
    echo "$odoo_key" >"$building/root/.made"
    rm -rf "$dev/odoo"
    mv "$building/root" "$dev/odoo"
    rm -rf "$building"
}

# Debian leaves out one file that the backend loads; without it every page logs an error.
add_selfie_segmentation() {
    local building=$1 lib=$2 package=node_modules/@mediapipe/selfie_segmentation
    mkdir -p "$building/node" "$lib/selfie_segmentation"
    cp package.json package-lock.json "$building/node/"
    (cd "$building/node" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund)
    cp "$building/node/$package/selfie_segmentation.js" "$lib/selfie_segmentation/"
}

# Fetch <package/suite …> into <folder> from the suites sid and bookworm, with lists, cache and
# sources of our own: the machine's apt is not touched, and no root is needed.
download_debs() {
    local folder=$1 mirror keyring suite
    shift
    mirror=$(debian_mirror)
    keyring=$(debian_keyring)
    mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
    for suite in sid bookworm; do
        echo "deb [signed-by=$keyring] $mirror $suite main"
    done >"$folder/sources.list"
    local apt=(
        apt-get -q -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache"
        -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3
    )
    "${apt[@]}" update --error-on=any
    (cd "$folder" && "${apt[@]}" download "$@")
}

debian_mirror() {
    local mirror=${DEBIAN_MIRROR:-}
    if [[ -z $mirror ]]; then
        mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 2>/dev/null |
            awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
    fi
    if [[ -z $mirror ]]; then  # apt has not fetched any list yet: judge by the address
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null |
            grep -E '/debian/?$' | head -n 1)
    fi
    [[ -n $mirror ]] || die "this machine's apt names no Debian mirror." \
        "Set DEBIAN_MIRROR to the address of one (it ends in /debian)," \
        "or set ODOO_HOME to an Odoo 19 checkout."
    echo "$mirror"
}

debian_keyring() {
    local keyring=/usr/share/keyrings/debian-archive-keyring
    for keyring in "$keyring.gpg" "$keyring.pgp"; do
        if [[ -f $keyring ]]; then
            echo "$keyring"
            return
        fi
    done
    echo "Debian's keys are missing: install the package debian-archive-keyring" >&2
    return 1
}

# ── Python and JavaScript ────────────────────────────────────────────────────────────────────

# A virtual environment knows its own path, so it is built in place and marked when complete.
set_up_python() {
    make_venv venv "Python packages" requirements-odoo.txt requirements.txt requirements-test.txt
}

set_up_python_tools() {
    make_venv lint "Python tools" requirements-dev.txt
}

# make_venv <folder under .dev> <title> <requirements …>
make_venv() {
    local folder title=$2 key
    folder=$(readlink -f "$dev")/$1   # several clones may share one .dev
    shift 2
    key="$folder $(python3 -V) $(cat "$@" | cksum)"
    if is_made "$folder" "$key" && "$folder/bin/python" -c '' 2>/dev/null; then
        return
    fi
    step "$title" "$network_remedy" fill_venv "$folder" "$@"
    echo "$key" >"$folder/.made"
}

fill_venv() {
    local folder=$1
    shift
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --no-input --progress-bar off "${@/#/--requirement=}"
}

set_up_node_tools() {
    local key
    key="$(node --version) $(cksum <package-lock.json)"
    is_made "$dev/node" "$key" || step "JavaScript tools" "$network_remedy" fill_node "$key"
    [[ $(readlink node_modules) == .dev/node/node_modules ]] ||
        ln -sfn .dev/node/node_modules node_modules
}

fill_node() {
    local building="$dev/building/node"
    rm -rf "$building"
    mkdir -p "$building"
    cp package.json package-lock.json "$building/"
    (cd "$building" && npm ci --ignore-scripts --no-audit --no-fund)
    echo "$1" >"$building/.made"
    rm -rf "$dev/node"
    mv "$building" "$dev/node"
}
