"""What acts without a key press: bots today; routing, business hours and SLA timers later.

Hears of events through the listener table, inside the same transaction. `inbox` never imports
this app: safety comes from the owner epoch, not from remembering to cancel.
"""
