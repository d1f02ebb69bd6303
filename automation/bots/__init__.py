"""The engines a bot may have: each a class whose `reply(turn)` decides, and does nothing."""
