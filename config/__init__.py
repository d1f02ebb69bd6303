"""The composition root: settings, URLs, ASGI, REST assembly and the commands that compose.

Sees every app; nobody imports it. An installed app for the sake of its commands.
"""
