"""What every converted component shares: a checked source and a list of checksums."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def require(path: Path, digest: str) -> None:
    """Ends the program unless the file is the one that the conversion was written for."""
    if (found := sha256(path)) != digest:
        raise SystemExit(f"{path}: sha256 {found}, expected {digest}")


def write_checksums(folder: Path) -> None:
    """Writes SHA256SUMS over the component's data files, in the form that `sha256sum -c` reads."""
    files = sorted(p for p in folder.iterdir() if p.name not in ("SHA256SUMS", "README.md"))
    for path in files:
        path.chmod(0o644)
    (folder / "SHA256SUMS").write_text("".join(f"{sha256(p)}  {p.name}\n" for p in files))
