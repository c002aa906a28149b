"""Office files with the same bytes every time."""

import io
import zipfile

__all__ = ["fixed_bytes"]

EPOCH = (1980, 1, 1, 0, 0, 0)


def fixed_bytes(content: bytes) -> bytes:
    """Pack an office file again: members in the order of their names, without the clock.

    The first member stays first: some readers look for the content types there.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        first, *others = old.namelist()
        for name in [first, *sorted(others)]:
            member = zipfile.ZipInfo(name, EPOCH)
            is_small = name.endswith(".png")
            member.compress_type = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()
