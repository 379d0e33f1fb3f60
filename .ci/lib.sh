# What ./run, ./test, ./backup and ./restore share. Sourced, with `root` set to the folder of the project.

program="$root/src/Web/bin/Release/net10.0/Backsoon.Web.dll"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
# Without a home folder, as for the user nobody, the SDK has nowhere to put its first-run notes.
if [ ! -w "${HOME:-/nonexistent}" ]; then
    HOME=/tmp/backsoon-home-$(id -u)
    mkdir -m 700 "$HOME" 2>/dev/null || [ -O "$HOME" ] || { echo "$HOME is not ours." >&2; exit 1; }
    export HOME
fi

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

need_dotnet() {
    local folder
    if ! command -v dotnet >/dev/null; then
        for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
            if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then
                export PATH="$folder:$PATH" DOTNET_ROOT="$folder"
                break
            fi
        done
    fi
    command -v dotnet >/dev/null || fail \
        "The .NET 10 SDK is not installed (there is no dotnet in PATH)." \
        "Ubuntu 24.04 and later:  sudo apt-get install dotnet-sdk-10.0" \
        "Elsewhere: follow https://learn.microsoft.com/dotnet/core/install/linux, then start again."
    dotnet --list-sdks | grep -q '^10\.' || fail \
        "The .NET 10 SDK is missing. dotnet is here, with: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ' | grep . || echo 'no SDK at all')." \
        "Ubuntu 24.04 and later:  sudo apt-get install dotnet-sdk-10.0" \
        "Elsewhere: follow https://learn.microsoft.com/dotnet/core/install/linux, then start again."
}

# install PACKAGE…: false when there is no apt-get, or no right to use it.
install() {
    command -v apt-get >/dev/null || return 1
    as_root true 2>/dev/null || return 1
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
    echo "Installing $* …"
    as_root "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null 2>&1 && return
    # The lists may be old, or there may be none yet.
    as_root "${apt[@]}" update </dev/null >/dev/null
    as_root "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null
}

has_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null ||
        { command -v pg_config >/dev/null && [ -x "$(pg_config --bindir)/postgres" ]; }
}

need_postgres() {
    if has_postgres; then return; fi
    # The distribution would make and start a cluster of its own; ours is enough.
    install postgresql-common &&
        as_root sed -i -E 's/^#? *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf &&
        install postgresql && has_postgres || fail \
        "PostgreSQL's server programs are not installed, and this user may not install them. As root:" \
        "  apt-get install postgresql-common" \
        "  sed -i -E 's/^#? *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf" \
        "  apt-get install postgresql" \
        "or set BACKSOON_DATABASE to the connection string of a database (Host=…;Username=…;Password=…;Database=…)."
}

need_space() {
    local folder=$1 megabytes=$2 free
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    free=$(($(df -Pk "$folder" | awk 'NR == 2 { print $4 }') / 1024))
    [ "$free" -ge "$megabytes" ] || fail "The disk of $folder is nearly full: $free MB are free, $megabytes MB are needed."
}

# compile WHAT: quiet when all is well, each error once when it is not.
compile() {
    local log code=0
    log=$(mktemp)
    echo "Building …"
    # Into a file: the compiler's server goes on for a while, and a pipe would wait for it.
    dotnet build "$1" --configuration Release --verbosity quiet </dev/null >"$log" 2>&1 || code=$?
    [ "$code" = 0 ] || { grep -E 'error|warning' "$log" | grep . || cat "$log"; } | sort -u >&2
    rm -f "$log"
    [ "$code" = 0 ] || echo "The build failed." >&2
    return "$code"
}

sources() {
    find "$root"/src "$root"/Directory.* "$root"/global.json "$root"/.editorconfig \( -name bin -o -name obj \) -prune -o -type f "$@" -print
}

# Builds when a source is newer than the build, or one came or went.
build() {
    local stamp="$root/src/Web/bin/Release/stamp" list
    list=$(sources | sort | cksum)
    if [ -f "$program" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$list" ] && [ -z "$(sources -newer "$stamp" | head -n 1)" ]; then return; fi
    need_space "$root" 500
    mkdir -p "$(dirname "$stamp")"
    printf '%s\n' "$list" >"$stamp.new"
    compile "$root/src/Web" || exit
    mv "$stamp.new" "$stamp"
}

# The folder DATA as a whole path, read from where the command was given.
data_folder() {
    realpath --canonicalize-missing "${DATA:-$root/data}"
}
