"""A WhatsApp in a box: a fake Graph API with fault switches, and a phone to play the customer.

Alone: ``python -m simulator --port 8090 --webhook-url http://127.0.0.1:8000/webhooks/whatsapp/``.
Mounted: ``simulator.app.application("/simulator", settings)`` is an ASGI callable. In tests: ``with
simulator.testing.running() as sim``. ``GRAPH_API_URL`` is the root (alone) or ``/simulator/graph``.
``/`` is the phone, ``POST /control`` throws the switches of `simulator.switches`, and
``/control/accepts`` and ``/control/state`` tell what it saw. It keeps everything in memory: a
restart is a new world. For demos and tests, never for the open internet: it asks nobody's name.
It imports ``whatsapp`` and nothing else of ours.
"""
