"""One file per command of ``gsyf``: its options, and what it does with them."""

__all__: list[str] = []
