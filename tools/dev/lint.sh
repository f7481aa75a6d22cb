# Read-only checks, and the rewriting of files. Sourced by ./dev.

python_code=()   # folders with Python of ours that exist
script_code=()   # folders with JavaScript of ours that exist

find_code() {
    local folder
    for folder in "$addon" simulator bench tools docs examples; do
        if has_files "$folder" '*.py'; then python_code+=("$folder"); fi
    done
    for folder in "$addon/static" simulator; do
        if has_files "$folder" '*.js'; then script_code+=("$folder"); fi
    done
    script_code+=(acceptance)
}

has_files() { [[ -d $1 && -n $(find "$1" -name "$2" -print -quit) ]]; }

set_up_lint() {
    lock
    need base node
    set_up_python
    set_up_python_tools
    set_up_node_tools
    unlock
    PATH=$dev/lint/bin:$PATH
    find_code
}

# Every tool is run, whatever the one before it said.
lint() {
    local failed=()
    set_up_lint
    check ruff check "${python_code[@]}"
    check ruff format --check "${python_code[@]}"
    # A model of several hundred lines is told in several files, by meaning.
    check pylint --rcfile=.pylintrc --disable=consider-merging-classes-inherited "$addon"
    check oca-checks-odoo-module "$addon"
    check env PYTHONPATH=. lint-imports --cache-dir="$dev/cache/import-linter"
    check check_types
    check codespell "${python_code[@]}" tools dev ./*.md docs changes
    check npx --no-install eslint --no-warn-ignored "${script_code[@]}" eslint.config.mjs
    check npx --no-install prettier --log-level=warn --check "${prettier_files[@]}"
    check "$dev/venv/bin/python" docs/check.py
    check changes_are_named
    if ((${#failed[@]})); then
        die "these checks failed, what they say stands above:" "${failed[@]}"
    fi
    say "" "lint: all is well"
}

# check <command …>: run it, and remember its name if it fails.
check() {
    local name=$1 began=$SECONDS
    case $name in
    env) name=$3 ;;
    npx) name=$3 ;;
    ruff) name="ruff ${2#-}" ;;
    esac
    say "· $name"
    "$@" >&2 || failed+=("$name")
    ((SECONDS - began < 30)) || say "  ($((SECONDS - began)) s)"
}

check_types() {
    (cd "$addon" && mypy --config-file ../pyproject.toml --cache-dir="$dev/cache/mypy" \
        --python-executable="$dev/venv/bin/python" protocols)
}

# changes/ holds one fragment per change: <issue>.<kind>.md
changes_are_named() {
    local odd
    odd=$(find changes -type f ! -name '.*' ! -name README.md \
        ! -regex '.*/[0-9]+\.\(feature\|fix\|change\|security\)\(\.[0-9]+\)?\.md' 2>/dev/null)
    [[ -z $odd ]] || { say "not named <issue>.<kind>.md:" "$odd"; return 1; }
}

prettier_files=(
    --no-error-on-unmatched-pattern
    "$addon/**/*.{js,xml}" "simulator/**/*.{js,css,html}" "*.{json,mjs}" "acceptance/*.mjs" "!package-lock.json"
)

fmt() {
    set_up_lint
    ruff check --fix-only --quiet "${python_code[@]}"
    ruff format --quiet "${python_code[@]}"
    oca-checks-odoo-module --fix "$addon" >/dev/null || true   # lint says what is left
    npx --no-install prettier --log-level=warn --write "${prettier_files[@]}"
}
