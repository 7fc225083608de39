"""prime-rl's file drop, read back by a small msgpack reader and, where it is installed, by msgspec itself."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from conftest import columns

import assay
from assay.prime_rl import drop


def unpack(data: bytes, at: int = 0) -> tuple[Any, int]:
    kind = data[at]
    if kind < 0x80:
        return kind, at + 1
    if kind in (0xC2, 0xC3):
        return kind == 0xC3, at + 1
    if kind == 0xCE:
        return struct.unpack_from(">I", data, at + 1)[0], at + 5
    if kind == 0xCB:
        return struct.unpack_from(">d", data, at + 1)[0], at + 9
    (length,) = struct.unpack_from(">I", data, at + 1)
    at += 5
    if kind == 0xDB:
        return data[at : at + length].decode(), at + length
    assert kind == 0xDD
    values = []
    for _ in range(length):
        value, at = unpack(data, at)
        values.append(value)
    return values, at


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_every_token_once_with_its_columns(tmp_path: Path, ranks: int) -> None:
    batch = assay.Batch(**columns([3, 1, 200, 2], [2, 4, 1, 3]))
    paths = drop(batch, tmp_path, step=7, ranks=ranks, seq_len=201)
    assert [str(path.relative_to(tmp_path)) for path in paths] == [
        f"rollouts/step_7/rank_{r}.bin" for r in range(ranks)
    ]
    found = {}
    sizes = set()
    for path in paths:
        micro_batches, end = unpack(path.read_bytes())
        assert end == path.stat().st_size
        sizes.add(len(micro_batches))
        for ids, mask, advantages, logprobs, positions, lengths, temperatures, names, lens in micro_batches:
            assert len({len(x) for x in (ids, mask, advantages, logprobs, positions, temperatures, names)}) == 1
            assert sum(lengths) == len(ids) <= 201 and lengths == lens and set(names) == {"assay"}
            assert positions == [p for length in lengths for p in range(length)]
            for i, trained, advantage, logprob in zip(ids, mask, advantages, logprobs):
                if trained:
                    assert i not in found
                    found[i] = (advantage, logprob)
    assert len(sizes) == 1
    assert found == {i: (float(i), -i / 8) for i in range(206)}


def test_nothing_is_cut(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a sequence has 5 tokens, more than seq_len 4"):
        drop(assay.Batch(**columns([3], [2])), tmp_path, step=0, seq_len=4)


def test_msgspec_reads_it(tmp_path: Path) -> None:
    msgspec = pytest.importorskip("msgspec")
    (path,) = drop(assay.Batch(**columns([3, 1], [2, 4])), tmp_path, step=0)
    assert msgspec.msgpack.decode(path.read_bytes()) == unpack(path.read_bytes())[0]
