# Every command a person needs. `make` alone prints them.
PY := .venv/bin/python
SHELL := /bin/sh
# Programs are started some hundred times: compiled once, whatever the shell of the moment says.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup setup-test setup-foreign test test-foreign test-long check longest demo bench bench-coverage bench-screening bench-failover bench-cluster bench-workers bench-long docs translations lock audit sbom fuzz clean coverage release hardware hardware-files

help: ## show these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what is needed to run (apt when root or sudo is at hand)
	@./setup.sh run

setup-test: ## install what is needed to test
	@./setup.sh test

setup-foreign: ## install what is needed to test with programs of others
	@./setup.sh foreign

demo: setup ## a living dam on this machine: prints the address, one Ctrl-C ends it
	@exec $(PY) -m tailwatch demo

test: setup-test ## the product, on real servers (under 10 minutes); the rules of the house and its tools are in check
	@$(PY) -m pytest -n 5 --dist loadgroup -m "not foreign and not long" \
	    --ignore tests/house --ignore tests/bench --ignore tests/fuzz

test-foreign: setup-foreign ## the product against programs of others: browser, validators, clients (under 20 minutes)
	@$(PY) -m pytest -n 2 --dist loadgroup -m "foreign and not long"

hardware: setup-foreign ## the boards: schematics, pins, bill of materials, layout, by KiCad's rules and the design (under 2 minutes)
	@$(PY) -m hardware.tools.check
	@$(PY) -m pytest -q -n 2 --dist loadgroup -m "not long" tests/hardware

hardware-files: setup-foreign ## what a maker of boards is sent, and pictures of the boards, into build/hardware
	@$(PY) -m hardware.tools.export

test-long: setup-test ## the long soak and fault runs (about an hour)
	@$(PY) -m pytest -n 2 --dist loadgroup -m long

check: setup-test ## style, types, walls, firmware syntax, spelling, the project's own rules and tools
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@node_modules/.bin/eslint --max-warnings 0 api dashboard hardware
	@node_modules/.bin/stylelint --max-warnings 0 "{api,dashboard}/**/*.css"
	@$(PY) -m mypy
	@node_modules/.bin/pyright
	@.venv/bin/lint-imports --no-cache
	@$(PY) -m firmware.build --out build/firmware
	@.venv/bin/codespell
	@$(PY) -m pytest -q -n 2 --dist loadgroup -p no:cacheprovider -m "not foreign and not long" tests/house tests/bench tests/fuzz

translations: setup-test ## how far each language is, in per cent
	@$(PY) -m tests.translations

longest: setup-test ## the longest files and functions, as a report
	@$(PY) -m tests.longest

coverage: setup-test ## what the tests of wire and tailings reach, branch by branch, as pages in build/coverage (no threshold)
	@rm -rf build/coverage
	@.venv/bin/coverage run -m pytest -q -n 2 --dist loadgroup -p no:cacheprovider tests/wire tests/tailings \
	    -m "not foreign and not long"
	@.venv/bin/coverage combine --quiet
	@.venv/bin/coverage html --quiet
	@.venv/bin/coverage report --skip-covered --sort=cover

release: setup-test ## version, changelog, commit, tag, wheel and sdist: make release VERSION=x.y.z
	@$(PY) .ci/release.py "$(VERSION)"

bench: setup-test ## figures as ratios to a limit measured in the same run, into docs/bench (under 10 minutes)
	@$(PY) -m bench

bench-coverage: setup-test ## how often the intervals of studies hold simulated truths, into docs/bench (an hour; ARGS="--cases plain-16 --runs 50")
	@OPENBLAS_NUM_THREADS=1 $(PY) -m bench.coverage $(ARGS)

bench-screening: setup-test ## how often screening intervals hold the truth of simulated countries, into docs/bench (ten minutes)
	@OPENBLAS_NUM_THREADS=1 $(PY) -m bench.screening $(ARGS)

bench-failover: setup-foreign ## faults of three databases under load, as root, into docs/bench (an hour; ARGS="--rounds 10")
	@$(PY) -m bench.failover $(ARGS)

bench-cluster: setup-foreign ## 100 rounds of faults of a cluster of brokers, as root, into docs/bench (two hours; ARGS="--rounds 8")
	@$(PY) -m bench.cluster $(ARGS)

bench-workers: setup-foreign ## rows/s of one and two ingest workers of a cluster, as root, into docs/bench (five minutes)
	@$(PY) -m bench.cluster.workers $(ARGS)

bench-long: setup-test ## the same with 100 million rows
	@$(PY) -m bench --long

docs: setup-test ## write the generated documents anew, and build all of them into pages, in build/docs
	@$(PY) -m tests.documents
	@$(PY) docs/build_pages.py

audit: setup-test ## known faults of what we depend on, by pip-audit and npm audit (asks the package indexes)
	@.venv/bin/uv tool run --python $(PY) pip-audit@2.10.1 --strict --disable-pip --require-hashes -r requirements.lock
	@npm audit --package-lock-only --omit dev

sbom: setup-test ## what Tailwatch consists of, as CycloneDX, into build/sbom
	@mkdir -p build/sbom
	@.venv/bin/uv tool run --python $(PY) --from cyclonedx-bom@7.5.0 cyclonedx-py requirements requirements.lock \
	    --pyproject pyproject.toml --output-reproducible -o build/sbom/python.cdx.json
	@npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > build/sbom/pages.cdx.json
	@ls build/sbom

FUZZ_SECONDS ?= 3600

fuzz: setup-test ## spoilt input through every parser a stranger reaches: make fuzz FUZZ_SECONDS=600
	@$(PY) -m tests.fuzz --seconds $(FUZZ_SECONDS)

lock: ## make the lock files anew from pyproject.toml (needs the package index)
	@./lock.sh

clean: ## remove what set-up and builds made (never the state folder)
	@rm -rf .venv node_modules typings build dist *.egg-info
