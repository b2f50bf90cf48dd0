# Everything that a person types to work on this. A second run of a target does only what has changed.
BIN := .venv/bin
NODE := widget/node_modules/.bin
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help setup run test fast e2e check bench docs screens tune learn lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.runtime ## start the service; its arguments: ARGS="--port 9000 --database sqlite:///data/chat.db"
	@$(BIN)/chatbot serve $(ARGS)

setup: .venv/.dev widget/node_modules/.stamp ## install all that running, testing and checking need
	@deploy/test-machine.sh

test: .venv/.dev ## every test, on SQLite, PostgreSQL, Redis and in a browser, with coverage
	@deploy/test-machine.sh
	@node --test widget/test/*.test.js >.node-test.log || { cat .node-test.log; exit 1; }
	@deploy/with-servers.sh $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --cov --cov-report=
	@$(BIN)/coverage report >.report.log || { cat .report.log; exit 1; }

fast: .venv/.dev ## the unit tests only, in seconds
	@$(BIN)/pytest -q -m "not slow" tests/unit

e2e: .venv/.dev ## the browser tests only
	@deploy/test-machine.sh
	@deploy/with-servers.sh $(BIN)/pytest tests/browser

check: .venv/.dev widget/node_modules/.stamp ## lint, formatting, layers and types, of Python and of the widget
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports
	@$(NODE)/tsc --project widget
	@$(NODE)/eslint --config widget/eslint.config.js widget $(wildcard chatbot/web/static)
	@$(BIN)/mypy

bench: .venv/.dev ## measure, and print ratios against a reference; one only: ARGS=bench/conversation.py
	@deploy/test-machine.sh
	@for bench in $(or $(ARGS),$(wildcard bench/*.py)); do deploy/with-servers.sh $(BIN)/python $$bench || exit 1; done

docs: .venv/.dev ## write the parts of the documents that are read off the code
	@$(BIN)/python docs/generate.py

screens: .venv/.dev ## take the pictures of the documents again; some only: ARGS="console-chat"
	@deploy/test-machine.sh
	@$(BIN)/python docs/screens.py $(ARGS)

tune: .venv/.dev ## teach the sentence model again, in a quarter of an hour; then set SUM in chatbot/answers/tuning.py, and learn
	@deploy/tune.sh $(ARGS)

learn: .venv/.dev ## embed and learn the shipped words again, after a change to them
	@$(BIN)/python deploy/learn.py

lock: ## renew the lock files within pyproject's bounds; one package only: ARGS="--upgrade-package NAME"
	@deploy/lock.sh $(or $(ARGS),--upgrade)
	@for folder in widget bench/nlpjs; do \
	  (cd $$folder && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund) || exit 1; \
	done

.venv/.runtime: deploy/constraints.txt pyproject.toml
	@deploy/install.sh $<
	@touch $@

.venv/.dev: deploy/constraints-dev.txt .venv/.runtime
	@deploy/install.sh $<
	@touch $@

widget/node_modules/.stamp: widget/package-lock.json
	@command -v npm >/dev/null || deploy/debian.sh nodejs npm
	@cd widget && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
