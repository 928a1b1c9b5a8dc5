# What a person does with this repository. The work is in scripts/.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Rust's installer puts cargo here, and says so to new shells only.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

.PHONY: help demo test check bench sqlx test-llm

help: ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

demo: ## watch a day's messages become tickets: no key, no account, no server to set up; SERVE=1 goes on with the staff page
	@scripts/own-tree.sh demo
	@scripts/setup.sh demo
	@echo "Building Chit. The first time this takes some minutes; README.md says how many."
	@cargo build --locked
	@cargo run --quiet --locked -- demo $(if $(SERVE),--serve)

test: ## everything that has to hold, with the time each part takes
	@scripts/own-tree.sh test
	@scripts/setup.sh test
	@scripts/test.sh

test-llm: ## the tests that read with a real language model, which is fetched (1.1 GB) and served on this machine
	@scripts/own-tree.sh test
	@scripts/setup.sh test
	@scripts/test-llm.sh

check: ## the fast part of it: format, shell scripts, lints
	@scripts/test.sh quick

bench: ## the measurements; benches/README.md says what each one means
	@cargo bench --locked

sqlx: ## describe the queries again after one or a migration changed
	@scripts/prepare-sqlx.sh
