# How a long step runs and how it fails. Sourced by ./dev.
#
# A step writes its output to .dev/log/<name>.log and shows that it is alive. A step that fails
# names itself, the end of its log and the remedy. What it makes appears under its final name
# only when it is complete, so an interrupt leaves nothing half-installed.

job=""          # process group of the command that is running
started=()      # process groups that live as long as ./dev does
last_words=()   # functions to call when ./dev ends
patience=10     # seconds until what does not end politely is killed

say() { printf '%s\n' "$@" >&2; }

die() {
    say "" "./dev: $1"
    shift
    (($# == 0)) || printf '%s\n' "$@" | sed 's/^/       /' >&2
    exit 1
}

# Run a command as a step: step <name> <remedy> <command> [argument …]
step() {
    local name=$1 remedy=$2 log status
    log=$dev/log/${1//[^[:alnum:]]/_}.log
    shift 2
    logged "$name" "$log" "$@"
    ((status == 0)) || die "the step \"$name\" failed (exit code $status). The end of its log, $log:" \
        "" "$(tail -n 15 "$log")" "" "What to do: $remedy" \
        "Then start the same command again; it goes on from here."
}

# Run a command with its output in a file, and set status to its exit code:
# logged <name> <log> <command> [argument …]
logged() {
    local name=$1 log=$2 began=$SECONDS
    shift 2
    mkdir -p "$(dirname "$log")"
    printf '· %s ' "$name" >&2
    set -m
    (set -euo pipefail; "$@") </dev/null >"$log" 2>&1 &
    job=$!
    set +m
    show_life "$job"
    status=0
    wait "$job" || status=$?
    job=""
    if ((status)); then say "failed ($((SECONDS - began)) s)"; else say "done ($((SECONDS - began)) s)"; fi
}

# A dot every two seconds as long as the process lives.
show_life() {
    local tick=0
    while kill -0 "$1" 2>/dev/null; do
        sleep 0.2
        if ((++tick % 10 == 0)); then printf '.' >&2; fi
    done
}

# Start a command that lives as long as ./dev: background <log> <command> [argument …]
background() {
    local log=$1
    shift
    set -m
    "$@" </dev/null >"$log" 2>&1 9>&- &
    started+=("$!")
    set +m
}

# Start a function that goes on beside us, and at its end ends what it has started: aside holds its
# process, its words are in a file: aside <file for its words> <function>
aside() {
    local words=$1
    shift
    set -m
    (
        job="" started=() last_words=() patience=5   # we wait for it to end what it started
        trap end_all EXIT
        trap 'exit 130' INT TERM HUP
        "$@"
    ) </dev/null 2>"$words" &
    aside=$!
    set +m
    started+=("$aside")
}

# Run functions side by side, so many at a time, the first ones first; what each of them says is
# shown when it has ended: side_by_side <how many> <folder for their words> <function> …
side_by_side() {
    local most=$1 folder=$2 process tick=0 failed=""
    local -A running=()
    shift 2
    while (($# || ${#running[@]})); do
        while (($# && ${#running[@]} < most)); do
            aside "$folder/$1.words" "$1"
            running[$aside]=$1
            shift
        done
        sleep 0.2
        if ((++tick % 10 == 0)); then printf '.' >&2; fi
        for process in "${!running[@]}"; do
            kill -0 "$process" 2>/dev/null && continue
            wait "$process" || failed+=" ${running[$process]}"
            say "" "$(<"$folder/${running[$process]}.words")"
            unset "running[$process]"
        done
    done
    [[ -z $failed ]] || die "this did not come to its end:$failed."
}

# End what was started here, politely first.
end_all() {
    local word group tenths
    trap '' INT TERM HUP
    for group in $job "${started[@]}"; do
        kill -TERM -- "-$group" 2>/dev/null || true
    done
    for group in $job "${started[@]}"; do
        tenths=$((patience * 10))
        while ((tenths-- > 0)) && kill -0 -- "-$group" 2>/dev/null; do sleep 0.1; done
        kill -KILL -- "-$group" 2>/dev/null || true
    done
    for word in "${last_words[@]}"; do "$word"; done
}

# Whether <folder> was made by this very recipe: is_made <folder> <key>
is_made() { [[ "$(cat "$1/.made" 2>/dev/null)" == "$2" ]]; }

# Let only one ./dev set up at a time. The steps hold the lock too, so that what a killed ./dev
# left running is waited for.
lock() {
    mkdir -p "$dev"
    exec 9>"$dev/lock"
    flock -n 9 && return
    say "Another ./dev is setting up, waiting for it …"
    flock 9
}

unlock() { exec 9>&-; }

# A TCP port that nobody listens on.
free_port() {
    python3 -c 'import socket
with socket.create_server(("127.0.0.1", 0)) as taken:
    print(taken.getsockname()[1])'
}

port_is_free() {
    python3 -c 'import socket, sys
with socket.socket() as probe:
    probe.settimeout(1)
    sys.exit(probe.connect_ex(("127.0.0.1", int(sys.argv[1]))) == 0)' "$1"
}
