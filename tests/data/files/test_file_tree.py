"""Nothing in a folder or zip is left out in silence, nothing leads out of it, and no file changes unnoticed.

Tests umeta.data.files.folder_files, umeta.data.files.zip_files and umeta.data.files.picture_files too.
"""

import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.files.made_images import WAVES, eight_bits, saved
from umeta.data.files import folder_files, zip_files
from umeta.data.files.file_tree import FileTree, Unreadable
from umeta.data.files.picture_files import find_pictures
from umeta.stage import UserError

PNG = saved(eight_bits(WAVES))


def write(root: Path, *names: str, data: bytes = PNG) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def listed(path: Path) -> tuple[list[str], list[str]]:
    with FileTree(path).opened() as files:
        return find_pictures(files)


def zipped(
    path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_STORED
) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


# ---- folders -------------------------------------------------------------------------------------


def test_linked_folders_are_followed_once_and_loops_are_cut(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", "1.png")
    root = write(tmp_path / "root", "a/1.png", "b/1.png")
    (root / "c").symlink_to(tmp_path / "elsewhere")
    (root / "again").symlink_to(root / "a")
    (root / "a" / "loop").symlink_to(root)
    (root / "dead.png").symlink_to(tmp_path / "nowhere")
    (root / "b" / "2.png").symlink_to(root / "a" / "1.png")
    names, notes = listed(root)
    assert names == ["a/1.png", "b/1.png", "b/2.png", "c/1.png"]
    assert "2 left out (linked to a folder that is read already): a/loop, again." in notes
    assert "1 left out (linked to nothing): dead.png (No such file or directory)." in notes
    assert "1 linked folder followed: c." in notes


def test_folders_that_all_link_to_each_other_are_read_once(tmp_path: Path) -> None:
    folders = [write(tmp_path / f"f{k}", "1.png") for k in range(12)]
    for folder in folders:
        for other in folders:
            (folder / f"to_{other.name}").symlink_to(other)
    names, notes = listed(tmp_path)
    assert len(names) == 12
    assert notes[0].startswith("144 left out (linked to a folder that is read already)")


def test_hidden_files_clutter_and_odd_entries_are_counted(tmp_path: Path) -> None:
    root = write(
        tmp_path, "a/1.png", ".cache/2.png", "a/.3.png", "__MACOSX/a/._1.png", "a/.DS_Store", "a/Thumbs.db"
    )
    write(root, "a/notes.txt", "b.heic", "c.heic", "README", data=b"text")
    os.mkfifo(root / "a" / "pipe.png")
    names, notes = listed(root)
    assert names == ["a/1.png"]
    assert set(notes) == {
        "2 left out (hidden): .cache/, a/.3.png.",
        "3 left out (put there by a system): __MACOSX/, a/.DS_Store, a/Thumbs.db.",
        "1 left out (neither a file nor a folder): a/pipe.png.",
        "4 left out (no images by name or content: 2 .heic, 1 no ending, 1 .txt): README, a/notes.txt, b.heic "
        "and 1 more.",
    }


def test_images_are_found_by_content_where_the_name_does_not_say_so(tmp_path: Path) -> None:
    root = write(tmp_path, "a/picture", "a/picture.dat", "a/raw.dng", "a/one.png")
    write(root, "b.bin", data=saved(eight_bits(WAVES), "WEBP"))
    names, notes = listed(root)
    assert names == ["a/one.png", "a/picture", "a/picture.dat", "b.bin"]
    assert notes == [
        "1 left out (no images by name or content: 1 .dng): a/raw.dng.",
        "3 images read by content, as the name does not end like an image's: a/picture, a/picture.dat, b.bin.",
    ]


def test_a_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    root = write(tmp_path / "root", "a/1.png")
    Path(os.fsdecode(os.fsencode(root) + b"/a/caf\xe9\n.png")).write_bytes(PNG)
    names, _ = listed(root)
    assert names == ["a/1.png", "a/caf\\xe9\n.png"]
    with FileTree(root).opened() as files:
        assert files.read(names[1]) == PNG


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that anybody can read, and a test that is not root, who may read everything."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)


def test_what_is_not_permitted_is_counted_and_the_rest_read(as_nobody: Path) -> None:
    root = write(as_nobody, "a/1.png", "a/2.png", "private/3.png")
    (root / "a" / "2.png").chmod(0)
    (root / "private").chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    names, notes = listed(root)
    assert names == ["a/1.png", "a/2.png"]
    assert notes == ["1 left out (cannot be opened): private/ (Permission denied)."]
    with FileTree(root).opened() as files, pytest.raises(Unreadable, match="Permission denied") as raised:
        files.read("a/2.png")
    assert raised.value.reason == "(Permission denied)"
    with (
        pytest.raises(UserError, match="not a readable folder: .*Permission denied"),
        FileTree(root / "private").opened(),
    ):
        pass


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_files, "MAX_FILES", 2)
    with pytest.raises(UserError, match="and 2 files more: name a folder that holds fewer"):
        listed(write(tmp_path, "1.png", "2.png", "3.png"))


# ---- fingerprints --------------------------------------------------------------------------------


def test_a_file_that_is_replaced_by_one_of_its_size_and_time_is_noticed(tmp_path: Path) -> None:
    tree = FileTree(write(tmp_path, "a/1.png"))
    file = tmp_path / "a" / "1.png"
    before, status = tree.fingerprint(), file.stat()
    assert tree.fingerprint() == before
    file.write_bytes(bytes(len(PNG)))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    changed = tree.fingerprint()
    assert changed != before
    write(tmp_path, "other", data=bytes(len(PNG)))
    os.utime(tmp_path / "other", ns=(status.st_atime_ns, status.st_mtime_ns))
    (tmp_path / "other").replace(file)
    assert tree.fingerprint() not in (before, changed)


def test_changes_in_one_tick_of_the_clock_are_noticed(tmp_path: Path) -> None:
    tree, file = FileTree(tmp_path), tmp_path / "1.png"
    fingerprints = set()
    for k in range(10):
        file.write_bytes(bytes([k]))
        fingerprints.add(tree.fingerprint())
    assert len(fingerprints) == 10


def test_a_zip_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a/1.png", PNG))
    before = FileTree(path).fingerprint()
    shutil.copy(path, tmp_path / "copy.zip")
    assert FileTree(tmp_path / "copy.zip").fingerprint() == before
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    assert FileTree(path).fingerprint() != before


# ---- zips ----------------------------------------------------------------------------------------


def test_names_in_zips_are_made_plain_and_never_lead_out(tmp_path: Path) -> None:
    names = [
        "photos\\c0\\0.png",
        "/etc/1.png",
        "C:\\Users\\me\\2.png",
        "a/./b/../3.png",
        "//host/share/4.png",
    ]
    out = ["../5.png", "..\\6.png", "a/../../7.png"]
    entries = [(name, PNG) for name in names + out]
    found, notes = listed(zipped(tmp_path / "a.zip", *entries))
    assert found == ["Users/me/2.png", "a/3.png", "etc/1.png", "host/share/4.png", "photos/c0/0.png"]
    assert notes == ["3 left out (with a name that leads out of the zip): ../5.png, ../6.png, ../7.png."]
    with FileTree(tmp_path / "a.zip").opened() as files:
        assert all(files.read(name) == PNG for name in found)


def test_names_in_old_code_pages_and_in_unmarked_utf_8(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a/XX.png", PNG), ("b/YY.png", PNG), ("ü/1.png", PNG))
    data = path.read_bytes().replace(b"XX.png", "é".encode() + b".png").replace(b"YY.png", b"\x81Y.png")
    path.write_bytes(data)
    assert listed(path)[0] == ["a/é.png", "b/üY.png", "ü/1.png"]


def test_of_two_files_of_one_name_the_last_counts(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path / "a.zip", ("a/1.png", b"old"), ("a/1.png", PNG), ("a\\1.png", PNG))
    names, notes = listed(path)
    assert names == ["a/1.png"]
    assert notes == ["2 left out (replaced by a later file of the same name): a/1.png, a/1.png."]
    with FileTree(path).opened() as files:
        assert files.read("a/1.png") == PNG


def test_links_and_encrypted_files_in_zips_are_counted(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path / "a.zip", ("a/1.png", PNG), ("a/secret.png", PNG), (link, b"/etc/passwd"))
    data = bytearray(path.read_bytes())
    local = data.index(b"PK\x03\x04", 10)
    central = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[local + 6] |= 1
    data[central + 8] |= 1
    path.write_bytes(data)
    names, notes = listed(path)
    assert names == ["a/1.png"]
    assert notes == [
        "1 left out (encrypted): a/secret.png.",
        "1 left out (a link within the zip): a/link.png.",
    ]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_files_are_read_as_they_were_put_in_and_no_damage_passes(tmp_path: Path, compression: int) -> None:
    files = {"a/1.png": PNG, "a/empty.png": b"", "ü.txt": b"0123456789" * 500, "a/2.png": bytes(2_000_000)}
    path = zipped(tmp_path / "a.zip", *files.items(), compression=compression)
    with FileTree(path).opened() as tree:
        assert {name: tree.read(name) for name in tree.names} == files
        assert [tree.read(name) for name in tree.names] == [files[name] for name in tree.names]
    whole = path.read_bytes()
    for at in (whole.index(b"a/1.png"), whole.index(b"a/1.png") + 60):  # its name before its bytes, its bytes
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with FileTree(path).opened() as tree, pytest.raises(Unreadable, match="is damaged .* at a/1.png"):
            tree.read("a/1.png")


def test_a_member_that_unfolds_beyond_what_it_says_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a/1.png", bytes(10_000_000)), compression=zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    for start, offset in ((data.index(b"PK\x03\x04"), 22), (data.index(b"PK\x01\x02"), 24)):
        data[start + offset : start + offset + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    with FileTree(path).opened() as files, pytest.raises(UserError, match="at a/1.png: Bad CRC"):
        files.read("a/1.png")


def test_zips_that_unfold_to_too_much_or_list_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "a.zip", *((f"{k}.png", PNG) for k in range(100)))
    monkeypatch.setattr(zip_files, "MAX_UNFOLDED", 99 * len(PNG))
    with pytest.raises(UserError, match="its 100 files are 0 GB unpacked, and at most 0 GB are read"):
        listed(path)
    monkeypatch.setattr(zip_files, "MAX_DIRECTORY", 1000)
    with pytest.raises(UserError, match="its list of files is 0 MB, and at most 0 MB are read"):
        listed(path)
    path.write_bytes(b"PK\x05\x06")
    with pytest.raises(UserError, match="is damaged or not a readable zip"):
        listed(path)
