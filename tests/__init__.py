"""The tests: unit, domain, web, realtime, architecture, e2e, faults.

`services.py` starts private servers, `run.py` is `make test`, `settings.py` is the product's own
settings under the environment of `environment.py`.
"""
