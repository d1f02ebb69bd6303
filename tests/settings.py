"""The product's settings, read under the environment of the tests; nothing is changed here."""

import os

from tests import environment

environment.fill()
# Servers and commands that a test starts read config.settings, under this same environment.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from config.settings import *  # noqa: E402, F403
