"""Zip files, which Word files, slides and workbooks are, packed anew with the same bytes always."""

import io
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can name
UNIX, READABLE = 3, 0o644 << 16  # the system that a file was made on, and its rights there


def zipped_anew(content: bytes, method: int = ZIP_DEFLATED) -> bytes:
    """Return a zip file packed anew, without the clock and without the system's name.

    ``ZIP_STORED`` makes bytes that do not hang on the version of zlib either.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", compresslevel=6) as new:
        for name in old.namelist():
            member = ZipInfo(name, FIRST_DAY)
            member.create_system, member.external_attr = UNIX, READABLE
            # A picture is packed already.
            member.compress_type = ZIP_STORED if name.endswith(".png") else method
            new.writestr(member, old.read(name))
    return out.getvalue()
