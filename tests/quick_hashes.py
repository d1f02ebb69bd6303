"""The product's settings for the shops of the browser tests: passwords are hashed quickly.

A person is made, and logs in, in a third of a second of processor time; twenty shops have four.
"""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
