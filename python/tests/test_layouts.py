"""Padding, checked against loops that say what is meant."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import columns

import assay


def batch(lengths: list[int], prompts: list[int]) -> assay.Batch:
    return assay.Batch(**columns(lengths, prompts))


@pytest.mark.parametrize(("lengths", "prompts"), [([3, 1], [2, 4]), ([1], [1]), ([5, 0, 2], [1, 3, 2])])
def test_padded_is_the_row_by_row_meaning(lengths: list[int], prompts: list[int]) -> None:
    b = batch(lengths, prompts)
    layout = assay.padded(b, pad_id=-7)
    P, R = max(prompts), max(lengths)
    for row in range(len(b)):
        prompt = b.prompt_ids[b.prompt_offsets[row] : b.prompt_offsets[row + 1]].tolist()
        tokens = b.token_ids[b.token_offsets[row] : b.token_offsets[row + 1]].tolist()
        left, right = P - len(prompt), R - len(tokens)
        assert layout.input_ids[row].tolist() == [-7] * left + prompt + tokens + [-7] * right
        mask = [0] * left + [1] * (len(prompt) + len(tokens)) + [0] * right
        assert layout.attention_mask[row].tolist() == mask
        assert layout.position_ids[row].tolist() == np.maximum(np.cumsum(mask) - 1, 0).tolist()
        assert layout.response_mask[row].tolist() == [1] * len(tokens) + [0] * right
        assert layout.logprobs[row].tolist() == [-i / 8 for i in tokens] + [0] * right
        assert layout.advantages[row].tolist() == [float(i) for i in tokens] + [0] * right
    assert layout.prompts.shape == (len(b), P) and layout.responses.shape == (len(b), R)


def test_text_without_tokens_is_readable_and_no_layout_of_tokens() -> None:
    texts = {
        "sequence_advantages": np.array([0.5, -0.5, 0.0]),
        "prompt_text": np.frombuffer('"é?"'.encode(), np.uint8),
        "prompt_text_offsets": np.array([0, 0, 5, 5]),
        "response_text": np.frombuffer(b"yes", np.uint8),
        "response_text_offsets": np.array([0, 0, 3, 3]),
    }
    b = assay.Batch(**columns([3, 0, 1], [2, 0, 4]), **texts)
    assert [b.text(row) for row in range(3)] == [None, ("é?", "yes"), None]
    for layout in (assay.padded, assay.openrlhf):
        with pytest.raises(ValueError, match="1 of 3 sequences have text and no token ids, row 1"):
            layout(b)
    with pytest.raises(ValueError, match="response_text_offsets"):
        assay.Batch(**columns([3, 0, 1], [2, 0, 4]), **{**texts, "response_text_offsets": np.array([0, 0, 9, 9])})


def test_lengths_may_be_fixed_but_nothing_is_cut() -> None:
    b = batch([3, 1], [2, 4])
    layout = assay.padded(b, prompt_length=6, response_length=5)
    assert layout.input_ids.shape == (2, 11)
    with pytest.raises(ValueError, match="a prompt has 4 tokens, more than 3"):
        assay.padded(b, prompt_length=3)
    with pytest.raises(ValueError, match="a response has 3 tokens, more than 2"):
        assay.padded(b, response_length=2)


def test_verl_names_and_the_reward_on_the_last_token() -> None:
    b = batch([3, 1], [2, 4])
    found = assay.verl(b)
    layout = assay.padded(b)
    assert found["rollout_log_probs"].tolist() == layout.logprobs.tolist()
    assert found["token_level_scores"].tolist() == [[0, 0, 1.0], [0, 0, 0]]  # the second has no score
    assert found["input_ids"].shape == (2, 7)


def test_openrlhf_actions_are_one_before_their_tokens() -> None:
    b = batch([3, 1], [2, 4])
    found = assay.openrlhf(b, pad_id=-7)
    assert found["sequences"].tolist() == [[1000, 1001, 0, 1, 2], [1002, 1003, 1004, 1005, 3]]
    assert found["action_mask"].tolist() == [[False, True, True, True], [False, False, False, True]]
    assert found["advantages"].tolist() == [[0, 0, 1, 2], [0, 0, 0, 3]]
    assert found["rollout_log_probs"].tolist() == [[0, 0, -1 / 8, -2 / 8], [0, 0, 0, -3 / 8]]
    assert found["attention_mask"].tolist() == [[1] * 5] * 2
    assert found["total_length"].tolist() == [5, 5] and found["response_length"].tolist() == [3, 1]


def test_loss_weights_default_to_the_token_mean() -> None:
    made = columns([3, 1], [2, 4])
    made["loss_mask"] = np.array([1, 0, 1, 1], "|u1")
    b = assay.Batch(**made)
    assert b.loss_weights.tolist() == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])
    assert assay.padded(b).loss_weights.tolist() == [pytest.approx([1 / 3, 0, 1 / 3]), pytest.approx([1 / 3, 0, 0])]
