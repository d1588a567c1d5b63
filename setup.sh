#!/bin/sh
# Brings what Tailwatch needs on Debian 13 or Ubuntu: system packages, Python into .venv, assets into node_modules.
# Usage: ./setup.sh run|test|foreign     Run again at no cost: each step leaves a stamp and is skipped while its lock file is unchanged.
# `test` adds what tests of the product need, `foreign` the programs of others that the product is held against.
set -eu
cd "$(dirname "$0")"
purpose=${1:-run}
case $purpose in run | test | foreign) ;; *) echo "setup: $purpose is none of run, test, foreign" >&2; exit 2 ;; esac
stamps=.venv/stamps

say() { printf 'setup: %s\n' "$*" >&2; }

# --- system packages: program that must exist -> package that brings it
wanted() {
    cat <<LIST
python3 python3
ensurepip python3-venv
mosquitto mosquitto
micropython micropython
/usr/lib/postgresql/17/bin/postgres postgresql-17
/usr/lib/postgresql/17/lib/timescaledb.so postgresql-17-timescaledb
node nodejs
npm npm
LIST
    [ "$purpose" = run ] || cat <<LIST
chromium-headless-shell chromium-headless-shell
faketime faketime
pdftotext poppler-utils
git git
curl curl
LIST
    [ "$purpose" != foreign ] || cat <<LIST
systemd-analyze systemd
promtool promtool
cdo cdo
ncdump netcdf-bin
amtool prometheus-alertmanager
ogrinfo gdal-bin
/usr/lib/python3/dist-packages/qgis python3-qgis
kicad-cli kicad
/usr/share/kicad/symbols/Device.kicad_sym kicad-symbols
/usr/share/kicad/footprints/Resistor_SMD.pretty kicad-footprints
ngspice ngspice
javac default-jdk-headless
patroni patroni
pgbackrest pgbackrest
etcd etcd-server
etcdctl etcd-client
/usr/lib/python3/dist-packages/etcd python3-etcd
/usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server
ip iproute2
LIST
}

missing_packages() {
    wanted | while read -r probe package; do
        case $probe in
            ensurepip) python3 -c 'import ensurepip' 2>/dev/null || /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || echo "$package" ;;
            /*) [ -e "$probe" ] || echo "$package" ;;
            *) command -v "$probe" >/dev/null 2>&1 || [ -x "/usr/sbin/$probe" ] || echo "$package" ;;
        esac
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian starts a service when its package is installed; Tailwatch runs its own broker and database and leaves the
# system's alone, so starting is refused for the length of this installation (policy-rc.d is Debian's way to say so).
install_packages() {
    guard=/usr/sbin/policy-rc.d
    own=no
    [ -e $guard ] || { printf '#!/bin/sh\nexit 101\n' | as_root tee $guard >/dev/null; as_root chmod 755 $guard; own=yes; }
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    status=0
    as_root apt-get update -qq || status=$?
    # shellcheck disable=SC2086
    [ $status = 0 ] && { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >&2 || status=$?; }
    [ $own = yes ] && as_root rm -f $guard
    return $status
}

packages=$(missing_packages | sort -u | tr '\n' ' ')
if [ -n "$packages" ]; then
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null 2>&1; }; then
        say "installing with apt: $packages"
        install_packages "$packages"
    else
        say "not installed: $packages"
        say "an administrator can bring them: sudo apt-get install --no-install-recommends $packages"
        [ "$purpose" = run ] || exit 1
        say "going on without them; the program names what it then cannot do"
    fi
fi

# --- Python: Debian's own interpreter, packages by hash
python=
for candidate in /usr/bin/python3.13 /usr/bin/python3 python3; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate; break
    fi
done
[ -n "$python" ] || { say "no Python 3.11 or newer with venv: sudo apt-get install python3 python3-venv"; exit 1; }

fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$(cat $2 | sha256sum)" ]; }
stamp() { mkdir -p $stamps; cat $2 | sha256sum >"$stamps/$1"; }

if [ ! -x .venv/bin/python ]; then say "making .venv with $($python --version)"; "$python" -m venv .venv; fi
if ! fresh uv requirements-uv.lock; then
    .venv/bin/pip install --quiet --require-hashes --disable-pip-version-check -r requirements-uv.lock
    stamp uv requirements-uv.lock
fi
# What tests need is left out of a machine that only runs; where it is installed already, it stays.
lock=requirements-dev.lock
[ "$purpose" != run ] || fresh python "$lock pyproject.toml" || lock=requirements.lock
if ! fresh python "$lock pyproject.toml"; then
    say "installing Python packages from $lock"
    .venv/bin/uv pip sync --quiet --python .venv/bin/python --no-python-downloads --require-hashes requirements-uv.lock $lock
    .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
    stamp python "$lock pyproject.toml"
fi
if [ "$purpose" != run ] && ! fresh stubs requirements-stubs.lock; then
    rm -rf typings
    .venv/bin/uv pip install --quiet --python .venv/bin/python --no-python-downloads --no-deps --require-hashes --target typings -r requirements-stubs.lock
    stamp stubs requirements-stubs.lock
fi

# Programs of others that the product is held against have an environment of their own: what they need need not fit ours.
if [ "$purpose" = foreign ] && ! fresh foreign requirements-foreign.lock; then
    say "installing programs of others from requirements-foreign.lock"
    [ -x .venv/foreign/bin/python ] || "$python" -m venv --without-pip .venv/foreign
    .venv/bin/uv pip sync --quiet --python .venv/foreign/bin/python --no-python-downloads --require-hashes requirements-foreign.lock
    stamp foreign requirements-foreign.lock
fi

# --- assets of the pages: by lock file, nobody's install script is run; browser tests, types and linters need more of npm's
npm_stamp=npm
npm_without=
if [ "$purpose" = run ] && ! fresh npm package-lock.json; then npm_stamp=npm-run npm_without=--omit=dev; fi
if command -v npm >/dev/null 2>&1; then
    if [ ! -d node_modules ] || ! fresh $npm_stamp package-lock.json; then
        say "installing page assets from package-lock.json"
        npm ci --ignore-scripts $npm_without --no-audit --no-fund --no-update-notifier --loglevel=error >&2
        rm -f $stamps/npm $stamps/npm-run
        stamp $npm_stamp package-lock.json
    fi
elif [ ! -d node_modules ]; then
    say "npm is not installed, so the pages have no charts: sudo apt-get install --no-install-recommends npm"
fi
