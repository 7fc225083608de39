"""prime-rl's file drop: a batch as the files that its trainer waits for, `rollouts/step_N/rank_R.bin`.

A file is a msgpack array of micro batches, each an array of its fields in order, as in prime-rl of August 2026
(`transports/rollouts/types.py`): input_ids, loss_mask, advantages, inference_logprobs, position_ids, sequence_lengths,
temperatures, env_names, seq_lens. Per-token arrays cover prompt and response; sequences of a micro batch stand end to end.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .batch import Batch


def drop(
    batch: Batch,
    output_dir: str | os.PathLike[str],
    step: int,
    ranks: int = 1,
    seq_len: int = 4096,
    temperature: float = 1.0,
    env_name: str = "assay",
) -> list[Path]:
    """Writes one file per data-parallel rank, each whole or absent; the paths.

    Raises `ValueError` when a sequence is longer than `seq_len`: nothing is truncated silently.
    """
    batch.require_tokens()
    bins = _bins((batch.prompt_lengths + batch.lengths).tolist(), seq_len)
    micro_batches = [_micro_batch(batch, rows, temperature, env_name) for rows in bins]
    # Every rank takes as many steps; one that has less to do gets a copy without a trained token.
    while len(micro_batches) % ranks:
        filler = list(micro_batches[-1])
        filler[1], filler[2] = [False] * len(filler[1]), [0.0] * len(filler[2])
        micro_batches.append(filler)
    folder = Path(output_dir) / "rollouts" / f"step_{step}"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for rank in range(ranks):
        path = folder / f"rank_{rank}.bin"
        part = path.with_suffix(".bin.tmp")
        out = bytearray()
        _pack(micro_batches[rank::ranks], out)
        part.write_bytes(out)
        part.replace(path)
        paths.append(path)
    return paths


def _bins(lengths: Sequence[int], limit: int) -> list[list[int]]:
    """Rows by micro batch: first fit, the longest first."""
    bins: list[tuple[int, list[int]]] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if lengths[row] > limit:
            raise ValueError(f"a sequence has {lengths[row]} tokens, more than seq_len {limit}")
        for place, (used, rows) in enumerate(bins):
            if used + lengths[row] <= limit:
                rows.append(row)
                bins[place] = (used + lengths[row], rows)
                break
        else:
            bins.append((lengths[row], [row]))
    return [rows for _, rows in bins]


def _micro_batch(batch: Batch, rows: list[int], temperature: float, env_name: str) -> list[Any]:
    ids: list[int] = []
    mask: list[bool] = []
    advantages: list[float] = []
    logprobs: list[float] = []
    positions: list[int] = []
    lengths: list[int] = []
    for row in rows:
        prompt = slice(batch.prompt_offsets[row], batch.prompt_offsets[row + 1])
        tokens = slice(batch.token_offsets[row], batch.token_offsets[row + 1])
        P = int(prompt.stop - prompt.start)
        ids += batch.prompt_ids[prompt].tolist() + batch.token_ids[tokens].tolist()
        mask += [False] * P + (batch.loss_mask[tokens] != 0).tolist()
        advantages += [0.0] * P + batch.advantages[tokens].tolist()
        logprobs += [0.0] * P + batch.logprobs[tokens].tolist()
        lengths.append(P + int(tokens.stop - tokens.start))
        positions += range(lengths[-1])
    total = len(ids)
    return [ids, mask, advantages, logprobs, positions, lengths, [temperature] * total, [env_name] * total, lengths]


def _pack(value: Any, out: bytearray) -> None:
    """msgpack (its specification of 2013) of lists, texts, booleans, floats and non-negative integers."""
    if isinstance(value, bool):
        out.append(0xC3 if value else 0xC2)
    elif isinstance(value, int):
        out += struct.pack(">BI", 0xCE, value) if value > 0x7F else bytes([value])
    elif isinstance(value, float):
        out += struct.pack(">Bd", 0xCB, value)
    elif isinstance(value, str):
        data = value.encode()
        out += struct.pack(">BI", 0xDB, len(data)) + data
    else:
        out += struct.pack(">BI", 0xDD, len(value))
        for element in value:
            _pack(element, out)
