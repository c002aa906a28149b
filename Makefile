# Every target is a short list of `python -m` lines, so that they can be typed where make is missing.
PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
YEAR ?=
# The many processes that tests start compile the modules once, not each of them anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: reports test test-fast test-offline coverage lint bench setup lab wheelhouse house lock

reports: setup
	$(PY) -m gsyf_lib targets
	$(PY) -m gsyf_lib report $(if $(YEAR),--year $(YEAR))

test: lint
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

# Without what is slow (tests/conftest.py): what a contributor waits for.
test-fast: lint
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow"

# What an office without internet does with the wheelhouse: downloads and installs all packages.
test-offline: setup
	WHEELHOUSE=1 $(PY) -m pytest tests/test_wheelhouse.py

# Which lines of gsyf_lib no test of this process runs: CONTRIBUTING.md says which and why.
coverage: setup
	$(PY) -m coverage run -m pytest -m "not starts"
	$(PY) -m coverage report

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# Rewrites the pages in benchmarks/.
bench: setup
	$(PY) -m benchmarks.read_large
	$(PY) -m benchmarks.judge_country
	$(PY) -m benchmarks.briefing
	$(PY) -m benchmarks.report_batch
	$(PY) -m benchmarks.page_paint
	$(PY) -m benchmarks.notebook_cells

setup: .venv/ready

# The mark is written last: a set-up that was interrupted starts again.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "gsyf needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c "import ensurepip, venv" || { echo "Python's venv package is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 2; }
	@echo "首次运行：正在安装所需的软件包，需要几分钟，请稍候"
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(PYTHON) -c "open('.venv/ready', 'w').close()"

lab: setup
	$(PY) -m jupyterlab notebooks

# For offices without internet: dist/wheelhouse/windows and dist/wheelhouse/linux.
wheelhouse: setup
	$(PY) -m offline.gather

# Counts the code, and writes the table into docs/architecture.md.
house: setup
	$(PY) -m tools.measure_house --write

# Needs uv. The lock holds names, versions and hashes only, for Windows and Linux alike.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock
