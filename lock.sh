#!/bin/sh
# Makes the lock files anew: hashes, no download addresses. Run it after a change of dependencies in pyproject.toml.
set -eu
cd "$(dirname "$0")"
compile() { .venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
    --python-version 3.13 --no-python-downloads --upgrade "$@"; }
echo 'uv' | compile - -o requirements-uv.lock
compile pyproject.toml --extra instruments --extra archive --extra cluster --extra research --extra estimate --extra laboratory --extra embedded --extra build -o requirements.lock
compile pyproject.toml --extra check --extra test --extra docs --extra build --extra embedded --extra instruments --extra archive --extra cluster --extra research --extra estimate --extra laboratory -o requirements-dev.lock
# Programs of others that tests hold the product against: what they need need not fit ours. pysensmcda asks for pandas
# below 3, others here for 3; what is compared with it runs with 3.
overrides=$(mktemp)
echo 'pandas>=3' >"$overrides"
printf '%s\n' 'compliance-checker==6.1.0' xarray h5netcdf h5py polars csvw frost-sta-client istsos4-client pygeoapi 'frictionless==5.21.0' \
    'roc-validator==0.13.0' 'rocrate==0.16.0' 'pyshacl==0.40.1' 'pysensmcda==2.0.0' 'opendataloader-pdf==2.5.16' \
    'feedparser==6.0.11' \
    | compile - --override "$overrides" -o requirements-foreign.lock
rm "$overrides"
echo 'micropython-esp32-stubs~=1.25.0' | compile - --no-deps -o requirements-stubs.lock
npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=true --loglevel=error
