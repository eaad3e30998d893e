# Everything starts here: `make demo` and `make test` set up what they need on a fresh Debian with python3 and make.

PYTHON := .venv/bin/python
STAMP := .venv/ready
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.PHONY: help setup demo test smoke faults check format lock review picture gallery freeze rehearse clean

help:
	@echo "make demo     set up, make the demonstration, print the national figures, open the window"
	@echo "make test     set up and run the tests"
	@echo "make smoke    type into the real window on a screen of its own (needs xvfb, openbox, xdotool, setxkbmap)"
	@echo "make faults   kill, cut off, fill and damage the store thousands of times (SEED=n for another run)"
	@echo "make check    lint, types, layers, declarations and translations"
	@echo "make format   format the code"
	@echo "make lock     resolve the pinned versions anew"
	@echo "make review   write the page of Kyrgyz texts a fluent speaker must review"
	@echo "make picture  take the pictures of the manual"
	@echo "make gallery  take pictures of every screen, to be looked at, into build/gallery"
	@echo "make freeze   freeze the program as it is shipped, here, and run its self-test"
	@echo "make rehearse freeze, set up, try, upgrade and uninstall under Wine, as root (WORK=folder of 5 GB)"
	@echo "make clean    remove what was built"

setup: $(STAMP)

$(STAMP): requirements-dev.txt installer/prepare.sh
	@bash installer/prepare.sh
	@touch "$@"

demo: $(STAMP)
	@rm -rf build/demo
	@$(PYTHON) -m desktop demo build/demo

test: $(STAMP)
	$(OFFSCREEN) $(PYTHON) -m pytest -n auto --dist worksteal

smoke: $(STAMP)
	$(PYTHON) -m pytest tests/smoke/smoke.py

faults: $(STAMP)
	$(OFFSCREEN) $(PYTHON) -m tests.faults --seed $(or $(SEED),1)

check: $(STAMP)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m desktop.registers
	$(PYTHON) -m desktop.registers.review --check

format: $(STAMP)
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

lock:
	bash installer/lock.sh

review: $(STAMP)
	$(PYTHON) -m desktop.registers.review --write

picture: $(STAMP)
	$(OFFSCREEN) $(PYTHON) -m tests.pictures docs/pictures

gallery: $(STAMP)
	$(OFFSCREEN) $(PYTHON) -m tests.gallery build/gallery

freeze: $(STAMP)
	$(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r installer/requirements-build.txt
	$(OFFSCREEN) $(PYTHON) -m installer.build --out build/frozen --no-setup

rehearse: $(STAMP)
	$(PYTHON) -m installer.rehearse $(if $(WORK),--work $(WORK))

clean:
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
