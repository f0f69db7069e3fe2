"""The files of a zip, whatever wrote it: their names made plain, their sizes bounded, nothing ever unpacked."""

import re
import stat
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from posixpath import normpath
from typing import BinaryIO

from umeta.data.files.folder_files import Listing, why_hidden
from umeta.stage import UserError

MAX_DIRECTORY = 1 << 26
"""Bytes of a zip's list of files; a longer one takes gigabytes to read."""
MAX_UNFOLDED = 50_000_000_000
"""Bytes that all files of a zip may be together."""
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_UTF8, _ENCRYPTED = 0x800, 0x1
_LOCAL = b"PK\x03\x04"


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip whose list of files is not too long.

    Raises:
        UserError: it is.
        zipfile.BadZipFile: it is no zip, or damaged.
    """
    with path.open("rb") as stream:
        size = _directory_size(stream)
    if size > MAX_DIRECTORY:
        raise UserError(
            f"{path}: its list of files is {size / 1e6:,.0f} MB, and at most {MAX_DIRECTORY / 1e6:,.0f} MB are read. "
            "Unpack it and name the folder."
        )
    return zipfile.ZipFile(path)


def list_zip(archive: zipfile.ZipFile, path: Path) -> tuple[Listing, dict[str, zipfile.ZipInfo]]:
    """List the files of a zip by names with `/` between folders, none of which leads out of it.

    Raises:
        UserError: unpacked they would take more than `MAX_UNFOLDED`.
    """
    listing = Listing()
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        name = _plain(entry)
        if entry.is_dir() or name.endswith("/"):
            continue
        name = normpath(name)
        why = _why_left_out(entry, name)
        if not why and name in members:
            listing.left_out["replaced by a later file of the same name"].append(name)
        if why:
            listing.left_out[why].append(name)
        else:
            members[name] = entry
            listing.files[name] = None
    unfolded = sum(entry.file_size for entry in members.values())
    if unfolded > MAX_UNFOLDED:
        raise UserError(
            f"{path} says that its {len(members):,} files are {unfolded / 1e9:,.0f} GB unpacked, and at most "
            f"{MAX_UNFOLDED / 1e9:,.0f} GB are read. Make it anew, or leave it out."
        )
    return listing, members


def read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a file of a zip, as `archive.read` does but several times as fast for small files.

    Its streams cost more than what most files of image sets hold, so that a file that is wholly as usual is read at
    one go and proved by its checksum; any other, and a damaged one, is left to them.

    Raises:
        zipfile.BadZipFile: it is damaged, or has another name in its place than in the list of files.
    """
    name = entry.orig_filename.encode()
    if archive.fp is None or entry.flag_bits & _ENCRYPTED or entry.compress_size > 1 << 20:
        return archive.read(entry)
    archive.fp.seek(entry.header_offset)
    head = archive.fp.read(30 + len(name))
    extra = int.from_bytes(head[28:30], "little")
    data = archive.fp.read(extra + entry.compress_size)[extra:]
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        with suppress(zlib.error):
            data = zlib.decompressobj(-15).decompress(data, entry.file_size + 1)
    is_there = (
        head.startswith(_LOCAL) and head[26:28] == len(name).to_bytes(2, "little") and head[30:] == name
    )
    is_whole = len(data) == entry.file_size and zlib.crc32(data) == entry.CRC
    return data if is_there and is_whole else archive.read(entry)


def _why_left_out(entry: zipfile.ZipInfo, name: str) -> str:
    if name == ".." or name.startswith("../"):
        return "with a name that leads out of the zip"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link within the zip"
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted"
    return why_hidden(name)


def _plain(entry: zipfile.ZipInfo) -> str:
    """Return a name as it was meant: UTF-8 that is not marked as such, backslashes of Windows, no disk and no root."""
    name = entry.filename
    if not (entry.flag_bits & _UTF8 or name.isascii()):
        with suppress(UnicodeError):  # of a name in the old code page of DOS
            name = name.encode("cp437").decode("utf-8")
    name = name.replace("\\", "/")
    return re.sub(r"^(?:[A-Za-z]:)?/*", "", name)


def _directory_size(stream: BinaryIO) -> int:
    """Return the length of a zip's list of files as its end says; 0 where there is no end, so that it is no zip."""
    length = stream.seek(0, 2)
    stream.seek(max(0, length - (1 << 16) - 128))
    tail = stream.read()
    end, end64 = tail.rfind(_END), tail.rfind(_END64)
    if end < 0 or len(tail) < end + 16:
        return 0
    (size,) = struct.unpack_from("<I", tail, end + 12)
    if size == 0xFFFFFFFF and end64 >= 0 and len(tail) >= end64 + 48:
        (size,) = struct.unpack_from("<Q", tail, end64 + 40)
    return size
