# Everything a contributor does, one word each. `make` alone prints this list.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export SWIFT_DETERMINISTIC_HASHING := 1
# Tests at a time. Without a limit all thousand begin at once, and so do their servers, databases and clocks.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

SWIFT ?= swift
ARGS ?=

.PHONY: help run build test unit end-to-end partitions fuzz check-image lint format bench docs screenshots system-packages test-servers clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: build ## build and start Troupe; without DISCORD_TOKEN it brings its own Discord and prints its address
	@exec .build/release/troupe run $(ARGS)

build: system-packages ## build the `troupe` command, optimised
	$(SWIFT) build -c release --product troupe

test: unit end-to-end ## all tests: Swift's, then browser, discord.py and specification; installs what they need

unit: system-packages test-servers ## the Swift tests
	$(SWIFT) build --build-tests
	command -v python3 > /dev/null || Scripts/install-system-packages.sh python3
	SWIFT=$(SWIFT) python3 Tests/unit.py

end-to-end: system-packages ## the tests in Tests/EndToEnd, on the built command, with Chromium, discord.py, nextcord and hikari
	Scripts/install-system-packages.sh chromium
	$(SWIFT) build --product troupe
	Scripts/python-environment.sh Tests/EndToEnd/requirements.txt
	Scripts/python-environment.sh Tests/EndToEnd/requirements-libraries.txt .venv-libraries
	.venv/bin/python Tests/EndToEnd/run.py --troupe .build/debug/troupe

partitions: system-packages ## pull the cable between hosts while people ask; takes root, for network namespaces
	$(SWIFT) build --product troupe
	Scripts/install-system-packages.sh redis-server postgresql iproute2
	Scripts/python-environment.sh Tests/EndToEnd/requirements.txt
	.venv/bin/python Tests/EndToEnd/run.py --troupe .build/debug/troupe test_partitions.py -s --cut-off

fuzz: system-packages ## a million damaged frames, streams, bodies and forms, for client and emulator; CASES=… for more
	$(SWIFT) build --build-tests
	TROUPE_FUZZ_CASES=$${CASES:-1000000} $(SWIFT) test --skip-build --filter 'Fuzz|Tolerance'

check-image: system-packages ## the steps of Deployment/Dockerfile without a container engine, as root: is what they make ready, and does it paint?
	Deployment/check-image.sh

lint: ## check the format, strictly
	$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks Package.swift

format: ## format every Swift file
	$(SWIFT) format --in-place --recursive Sources Tests Benchmarks Package.swift

bench: system-packages ## run the benchmarks; results go to Benchmarks/RESULTS.md by hand, with the method
	Benchmarks/run.sh

docs: ## build the reference documentation of the public modules
	for target in Discord DiscordModels DiscordEmulator Jobs Neural; do $(SWIFT) package generate-documentation --target $$target || exit 1; done

screenshots: build ## take the pictures in Documentation/screenshots with headless Chromium
	Scripts/install-system-packages.sh chromium
	Scripts/python-environment.sh Tests/EndToEnd/requirements.txt
	.venv/bin/python Scripts/screenshots.py --troupe .build/release/troupe

system-packages: # the libraries Troupe links
	@Scripts/install-system-packages.sh libvips-dev zlib1g-dev libzstd-dev libsqlite3-dev libpq-dev pkg-config

test-servers: # the servers that tests start for themselves
	@Scripts/install-system-packages.sh postgresql

clean: ## remove what was built
	rm -rf .build .venv .venv-libraries
