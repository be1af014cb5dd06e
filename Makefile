# Every target first makes .venv ready; a second run finds the stamp and starts at once.
# Name another Python with: make PYTHON=/path/to/python3

PYTHON ?= python3.13 python3.12 python3.11 python3
BIN := .venv/bin
READY := .venv/.ready
INSTALL := $(BIN)/python -m pip install --quiet --no-deps

.PHONY: setup demo test check-code check-rules check-tests browser test-browser bench bench-load prove docs site screens format clean
setup: $(READY)

# What durable-rules, which comes as C source only, needs from a Python. Prints what is missing.
define PREFLIGHT
import importlib.util, os, shlex, shutil, sys, sysconfig
compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
header = os.path.join(sysconfig.get_path("include"), "Python.h")
if not shutil.which(compiler):
    sys.exit("precertain builds its rule engine from C source: install a C compiler (%s was not found)." % compiler)
if not os.path.exists(header):
    sys.exit("precertain builds its rule engine from C source: install the headers of Python %d.%d "
             "(Debian, Ubuntu: python3-dev; Fedora: python3-devel)." % sys.version_info[:2])
if not importlib.util.find_spec("ensurepip"):
    sys.exit("precertain sets up an environment of its own: install Python's venv module (Debian, Ubuntu: python3-venv).")
endef
export PREFLIGHT

# Bytecode is written whatever the shell says: the tests' many processes would each compile anew.
unexport PYTHONDONTWRITEBYTECODE

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# The macro lets durable-rules build on Python 3.13. Its wheel is never taken from pip's cache: one built without the
# macro would install there and fail at import. What is pinned is installed by several pips at once, most of whose time is
# for unpacking, and no package needs another for that. An editable install leaves our bytecode unwritten, which any other
# install writes: it is written here, or every start would compile anew where Python may not write it.
$(READY): export CPPFLAGS += -DPyEval_CallObject=PyObject_CallObject
$(READY): requirements.lock pyproject.toml
	@set -e; python=; \
	for candidate in $(PYTHON); do \
	    if $$candidate -c '$(SUPPORTED)' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "precertain needs Python 3.11, 3.12 or 3.13 (tried: $(PYTHON)). Name one: make PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	fi; \
	$$python -c "$$PREFLIGHT" || exit 1; \
	echo "Setting up .venv with $$($$python --version): about a minute, once."; \
	$$python -m compileall -q engine letters cli web rulesets & compiling=$$!; \
	$$python -m venv --clear .venv && wait $$compiling
	@$(INSTALL) --no-cache-dir --use-pep517 $$(grep '^durable-rules==' requirements.lock) & building=$$!; \
	grep -v -e '^#' -e '^durable-rules==' requirements.lock | xargs -P 2 -n 32 $(INSTALL) && wait $$building
	@$(INSTALL) --no-build-isolation --editable .
	@$(BIN)/python -m engine.inference.prove 2>.venv/prove.log || { \
	    echo "The rule engine (durable-rules) was built but does not work on this Python:" $$(tail -n 1 .venv/prove.log) >&2; \
	    exit 1; \
	}
	@touch $@

test: $(READY) browser
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target check-code check-rules check-tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

check-code: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict engine letters cli web
	$(BIN)/lint-imports

check-rules: $(READY)
	$(BIN)/precertain rules lint
	$(BIN)/precertain rules test
	$(BIN)/precertain rules coverage
	$(BIN)/precertain rules mutate --changed tests/prove/mutation.json

# Whether every test can be read; what is compiled for it is there when several processes read them all.
check-tests: $(READY)
	@$(BIN)/python -m pytest --collect-only --quiet --no-summary >.venv/tests.log || { cat .venv/tests.log; exit 1; }

# The browser that some tests drive: installed where that is ours to do, which is as root on Debian; elsewhere the tests
# end with a line that says what they did not run, and how to.
browser: $(READY)
	@$(BIN)/python -m tests.browser.chromium 2>/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests."; \
	    apt-get update -qq >/dev/null 2>&1; \
	    for browser in chromium-headless-shell chromium; do \
	        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$browser fonts-liberation \
	            >/dev/null 2>&1 && break; \
	    done; true; \
	fi

test-browser: $(READY) browser
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest tests/browser -n 2

# The exit status of check is its headline (0 book ... 40 not_covered); any other status is an error.
decide = @echo 'precertain check $(1)'; $(BIN)/precertain check $(1) || case $$? in 10|20|30|40) ;; *) exit 1 ;; esac

demo: export PRECERTAIN_DATABASE_URL = sqlite:///demo/precertain.db
demo: DAY = --today 2026-11-24
demo: MEDICARE = examples/stroke-original-medicare.yaml
demo: ADVANTAGE = examples/stroke-uhc-medicare-advantage.yaml
demo: $(READY)
	@$(BIN)/python -m engine.inference.prove
	@mkdir -p demo
	$(call decide,$(MEDICARE) $(DAY))
	$(call decide,$(ADVANTAGE) $(DAY))
	$(BIN)/precertain letter prior-authorization $(ADVANTAGE) $(DAY) -o demo/demo-letter.pdf
	$(BIN)/precertain letter prior-authorization $(ADVANTAGE) $(DAY) -o demo/demo-letter.md
	@cat demo/demo-letter.md

bench: $(READY)
	$(INSTALL) --requirement requirements-bench.lock
	$(BIN)/python -m benchmarks.run

# Many staff at one server at once, and a server killed while they write: some minutes.
bench-load: $(READY)
	$(BIN)/python -m benchmarks.load

# The long proofs, which an ordinary test run leaves out.
prove: $(READY)
	$(BIN)/precertain rules mutate --record tests/prove/mutation.json
	PRECERTAIN_PROVE=1 $(BIN)/python -m pytest tests/prove -q -p no:cacheprovider
	PRECERTAIN_PROVE=1 $(BIN)/python -m pytest -m longer -q -n 2 -p no:cacheprovider
	PRECERTAIN_ASK_CASES=500 $(BIN)/python -m pytest tests/engine/test_fewest_questions.py -q -n 2 -p no:cacheprovider

docs: $(READY)
	$(BIN)/precertain rules docs -o docs/
	$(BIN)/python -m tests.tutorial

# The docs as a site, in site/; needs no network to be read.
site: $(READY)
	$(INSTALL) --requirement requirements-docs.lock
	$(BIN)/python -m mkdocs build --strict --quiet
	$(BIN)/python -m pytest tests/test_site.py -q -p no:cacheprovider

screens: $(READY) browser
	$(BIN)/python -m tests.browser.screens

format: $(READY)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:
	rm -rf .venv demo site build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
