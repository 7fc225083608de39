# The two commands of the README are `make demo` and `make test`; each installs what it lacks.
SWIFT_FLAGS ?= -j 2

.PHONY: demo test lint build packages

demo: packages
	swift build -c release $(SWIFT_FLAGS) --product assay
	bash examples/demo/demo.sh .build/release/assay

test: packages
	swift build $(SWIFT_FLAGS) --build-tests
	swift test --skip-build

build: packages
	swift build -c release $(SWIFT_FLAGS) --product assay

lint:
	swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

packages:
	@bash scripts/packages.sh libcurl4-openssl-dev libsqlite3-dev zlib1g-dev pkg-config
