"""The product's settings for the shops of the browser tests, quicker in what no test looks at.

A person is made, and logs in, in a third of a second of processor time; twenty shops have four.
"""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A browser that has a file does not ask for it again, however long its module takes.
WHITENOISE_MAX_AGE = 3600
