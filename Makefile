# Baton's commands. `make run` needs Python 3.11 or newer and nothing else.
#   make run [PORT=8000]    a running demo, with a simulated WhatsApp
#   make test [ARGS=…]      the whole suite, on every database this machine has
#   make install            everything a developer needs, into .venv
#   make lint               every check but the tests, as in CI
#   make bench, make faults what it can take: speed, and survival
#   make upgrade            newer versions of what Baton is built on

PORT ?=
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# `check --deploy` judges the settings of a real installation, not of this machine.
DEPLOYED := BATON_ENV_FILE= DATABASE_URL=sqlite://:memory: PUBLIC_URL=https://baton.example \
	SECRET_KEY=lint-only-7Qm2Zs9XfLk4HsYp8DnUa6iQxBw3GoE5gq2WcXv7bJ1mZr9TfR \
	ENCRYPTION_KEYS=3kzE4lXq0m1mSgG7v3nXw2Jp8b5cT9yQd6rLfHuKaVI=

.PHONY: run test install upgrade lint format bench faults lint-format lint-code lint-types lint-imports \
	lint-templates lint-settings lint-migrations
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	@$(BIN)/python -m config.first_run $(if $(PORT),--port $(PORT))

test: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.run $(ARGS)

faults: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.run --faults $(ARGS)

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench $(ARGS)

install: $(VENV)/.installed-dev

# One target each, so that `make --keep-going lint` reports everything.
lint: lint-format lint-code lint-types lint-imports lint-templates lint-settings lint-migrations
lint-format lint-code lint-types lint-imports lint-templates lint-settings lint-migrations: \
	$(VENV)/.installed-dev

lint-format:
	$(BIN)/ruff format --check .

lint-code:
	$(BIN)/ruff check .

lint-types:
	$(BIN)/mypy

lint-imports:
	$(BIN)/lint-imports

lint-templates:
	$(BIN)/djlint --quiet --lint templates simulator

lint-settings:
	@$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING

lint-migrations:
	@$(DEPLOYED) $(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

# Nothing is asked of the package index while these two files stay as they are.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) …"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV), with the developer's tools …"
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $(VENV)/.installed $@

# Newer versions: run the suite, look at what changed, commit constraints.txt.
upgrade: $(VENV)/bin/python
	@$(PIP) install --upgrade --upgrade-strategy eager --editable '.[dev]'
	@echo "# The versions that the suite ran with; \`make upgrade\` writes this file." > constraints.txt
	@$(PIP) freeze --exclude-editable >> constraints.txt

# The first Python that runs, is new enough and can make virtual environments. The system's own comes
# before others on the PATH: distributions optimise theirs by profile. With one built without
# that, as version managers do, the suite takes a sixth longer.
$(VENV)/bin/python:
	@for python in $(PYTHON) /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null; then exec $$python -m venv $(VENV); fi; \
	done; \
	echo "Baton needs Python 3.11 or newer, with its venv module (Debian: apt-get install python3-venv)." >&2; \
	echo "Where it is installed under another name: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; \
	exit 1
