# The two commands of the README are `make demo` and `make test`; each installs what it lacks.
SWIFT_FLAGS ?= -j 2

.PHONY: demo test test-pages lint build packages threats test-trainers

demo: packages
	swift build -c release $(SWIFT_FLAGS) --product assay
	bash examples/demo/demo.sh .build/release/assay

test: packages
	swift build $(SWIFT_FLAGS) --build-tests
	swift test --skip-build

# Reports recomputed by independent scripts, files and the server's pages in headless Chromium; screenshots under
# artifacts/pages.
test-pages: packages
	@bash scripts/packages.sh chromium fonts-dejavu-core python3-venv
	swift build $(SWIFT_FLAGS) --product assay
	bash scripts/test-pages.sh .build/debug/assay

build: packages
	swift build -c release $(SWIFT_FLAGS) --product assay

# Hostile and honest programs, ours and THREATS=DIR's, as this user and, for root, as an ordinary one too.
THREATS ?= ../shared/data/threats
threats: packages
	swift build $(SWIFT_FLAGS) --product CodeBenchmark
	bash Benchmarks/Code/threats.sh .build/debug/CodeBenchmark Benchmarks/Code/Threats $(THREATS)

lint:
	swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

packages:
	@bash scripts/packages.sh libcurl4-openssl-dev libsqlite3-dev zlib1g-dev pkg-config

# Opt-in: the trainers' own code, from PyPI, against a server on this machine. Downloads some hundred megabytes. prime-rl is on
# no index: PRIME_RL=FOLDER names a checkout of github.com/PrimeIntellect-ai/prime-rl (tried: 559b44772); without, it is skipped.
test-trainers: build
	python3 -m venv .venv
	.venv/bin/pip install -q requests numpy aiohttp 'torch==2.13.*' 'trl==1.16.*' && .venv/bin/pip install -q --no-deps 'verl==0.9.*' 'openrlhf==0.11.*'
	bash scripts/test_trainers.sh .build/release/assay .venv/bin/python
	.venv/bin/pip install -q tensordict omegaconf hydra-core codetiming orjson ray deepspeed pylatexenc peft
	[ -z "$(PRIME_RL)" ] || .venv/bin/pip install -q msgspec jaxtyping beartype pyzmq prime-pydantic-config loguru wandb
	.venv/bin/python scripts/test_store_trainers.py .build/release/assay

# The trainer's side: a virtual environment of its own, with torch for the closed loop alone.
PYTHON ?= python3
VENV ?= .venv
# The seeds and estimators of `make loop`: about 3 minutes each on two cores.
LOOP ?= --estimators grpo --seeds 0 1 2

.PHONY: test-python loop python

python:
	@bash scripts/packages.sh python3-venv
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install -q -e './python[test]'

test-python: python
	cd python && ../$(VENV)/bin/python -m pytest -q

loop: build python
	$(VENV)/bin/pip install -q 'torch==2.13.*'
	$(VENV)/bin/python examples/closed-loop/loop.py --assay .build/release/assay $(LOOP)
