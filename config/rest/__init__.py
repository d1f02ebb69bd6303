"""The NinjaAPI of the house: strict input, and every failure in the contract's shape."""
