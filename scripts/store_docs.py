#!/usr/bin/env python3
"""docs/store.md from the schema of a store and the words below; `make reference` writes it.

A table or column without words, or words without one, is an error: the page says what the file has.
"""

import sqlite3
import sys

HIDDEN = ("grdb_migrations",)

# table: (what a row is, who writes it, {column: words}).
TABLES = {
    "meta": ("Format, byte order and creator of the file.", "assay", {"key": "name", "value": "text"}),
    "runs": ("One sampling of a list of problems.", "assay run", {
        "run_id": "key", "name": "unique", "created_at": "ms since 1970 UTC", "config": "JSON, the resolved configuration",
        "seed": "64 bits, as a signed number", "simulated": "1: the policy was assay's own simulation"}),
    "problems": ("A problem's content; rows of one id are its revisions.", "assay run", {
        "problem_id": "key", "dataset": "name", "external_id": "id in the dataset",
        "prompt": "JSON: a text or a list of chat messages", "answer": "gold answer", "fields": "JSON, the whole record"}),
    "groups": ("The completions of one problem in a run.", "assay run", {
        "group_id": "key", "run_id": "run", "problem_id": "the revision that its verdicts are of",
        "ordinal": "position in the run, from 0; the cursor of a resume", "epoch": "pass over the data, from 0",
        "wanted_n": "samples wanted", "sampling": "JSON, the sampling parameters",
        "prompt_ids": "`<i4` [P] ids that the server read; null where it sent none",
        "filter_reason": "why the group is left out; null: it is not"}),
    "completions": ("One sample.", "assay run", {
        "completion_id": "key", "group_id": "group", "idx": "place in the group, from 0", "text": "what was sampled",
        "finish": "stop, length, abort, error", "stop_reason": "the server's word", "n_tokens": "sampled tokens",
        "logprob_kind": "what the sampler's log-probs are of", "unusable": "why ratios must not use it; null: they may",
        "weight_spans": "JSON [[version, first, end], …]: which policy version sampled which tokens",
        "endpoint": "URL", "model": "as the server answered", "seed": "of the request", "request_id": "the server's or ours",
        "attempt": "requests made", "started_at": "ms since 1970 UTC", "finished_at": "ms since 1970 UTC",
        "reasoning": "what the server gave apart from the text; tokens may hold it", "tool_calls": "JSON list of {id, name, arguments}"}),
    "sample_failures": ("A sample that ended without a completion; tried again on resume.", "assay run", {
        "group_id": "group", "idx": "place in the group", "reason": "one word", "message": "what happened and what to do",
        "attempts": "requests made", "at": "ms since 1970 UTC"}),
    "partials": ("The beginning of a sample that was cut off; gone when it is whole.", "assay run", {
        "group_id": "group", "idx": "place in the group", "text": "so far", "token_ids": "`<i4` [T]", "logprobs": "`<f4` [T], nats",
        "logprob_kind": "as in completions", "prompt_ids": "`<i4` [P]", "weight_spans": "as in completions",
        "started_at": "ms since 1970 UTC"}),
    "episodes": ("What a completion of several turns has besides.", "assay run", {
        "completion_id": "completion", "environment": "name", "version": "the environment's",
        "stop": "done, answered; a limit: turns, calls, tokens, context, seconds", "turns": "of the policy",
        "calls": "of tools, bad ones among them", "call_errors": "bad calls, and calls whose tool failed or ran over",
        "sampled_tokens": "by the policy", "context_tokens": "given behind the first prompt",
        "env_reward": "sum of the turns' rewards; null: none", "verdict": "the environment's own, JSON; null: the verifier judges",
        "parent_idx": "of a fork: the episode that it left", "parent_turn": "of a fork: its first own turn",
        "opening_state": "as turns.state_hash, of the start; null: not known"}),
    "segments": ("A run of an episode's tokens of one origin, end to end.", "assay run", {
        "completion_id": "completion", "ordinal": "from 0", "turn": "turn of the policy that it is or answers",
        "origin": "policy, tool, user, template, hint", "first": "first token in its row's ids", "last": "behind its last token",
        "text": "as text", "piece": "row of the episode; 0 is the completion's own tokens"}),
    "pieces": ("A further row of an episode whose model calls are no single conversation; row 0 has the prompt alone, where it is not the group's.", "assay serve --episodes", {
        "completion_id": "completion", "piece": "from 0", "prompt_ids": "`<i4` [P], everything before the row's ids",
        "ids": "`<i4` [T]", "logprobs": "`<f4` [T], nats", "mask": "`|u1` [T], 1: sampled, with a log-prob of its own",
        "weight_spans": "as in completions"}),
    "turns": ("A turn of the policy, with what the environment answered.", "assay run", {
        "completion_id": "completion", "turn": "from 0", "text": "what the policy said beside calls",
        "messages": "JSON, what it was told beside results; null: nothing", "request_id": "as in completions",
        "finish": "as in completions", "reward": "of the turn; null: none", "progress": "share of the task, 0 to 1; null: not known",
        "state_hash": "of the environment's state; null: not known", "sampled_tokens": "of the turn",
        "sampled_ms": "in the model", "env_ms": "in the environment"}),
    "tool_calls": ("A call of a turn, with its result.", "assay run", {
        "completion_id": "completion", "turn": "turn", "call": "place in the turn, from 0", "name": "tool; empty: not readable",
        "arguments": "JSON; null: not readable", "result": "what the policy read; null: the episode ended before",
        "outcome": "ok, failed, timeout, rejected", "reason": "why it could not be made; null: it could"}),
    "open_turns": ("A finished turn of an unfinished episode: the journal; gone when the episode is whole.", "assay run", {
        "group_id": "group", "idx": "place in the group", "attempt": "which try", "turn": "from 0",
        "prompt_ids": "`<i4` [P], of turn 0", "ids": "`<i4` [T]", "mask": "`|u1` [T], 1: sampled", "logprobs": "`<f4` [T], nats",
        "tokens": "JSON list of [origin, count, text]", "weight_spans": "as in completions", "record": "JSON, the turn",
        "parent_idx": "of a fork: as in episodes", "parent_turn": "of a fork: as in episodes"}),
    "tokens": ("One array of a completion.", "assay run; passes; trainers (source trainer)", {
        "completion_id": "completion",
        "kind": "ids, logprob (logprob:p of an episode's row p), top_ids, top_logprob, value, teacher_logprob, entropy, sum_pi_sq; other words pass through",
        "source": "sampler, reference (a teacher too), critic, trainer, derived",
        "policy_version": "version that the numbers are of; 0 for the sampler", "dtype": "numpy's, little-endian",
        "rows": "T", "cols": "1, or candidates a token", "data": "row major; log-probs and entropies in nats"}),
    "scorings": ("A verifier with version and options: a verdict's identity.", "assay run", {
        "scoring_id": "key", "verifier": "name", "version": "version", "options": "canonical JSON"}),
    "verdicts": ("What a scoring says of a completion.", "assay run, assay optimize", {
        "completion_id": "completion", "scoring_id": "scoring", "outcome": "correct, incorrect, noAnswer, timeout, verifierError",
        "score": "null exactly for timeout and verifierError", "reason": "one word", "extracted": "the answer found",
        "explanation": "for a person", "components": "JSON object of numbers or nulls", "details": "JSON",
        "milliseconds": "wall time", "at": "ms since 1970 UTC"}),
    "earlier_verdicts": ("A verdict on a revision that its group no longer has; it comes back when that does.", "assay run", {
        "problem_id": "the revision", "completion_id": "completion", "scoring_id": "scoring", "outcome": "as in verdicts",
        "score": "as in verdicts", "reason": "as in verdicts", "extracted": "as in verdicts", "explanation": "as in verdicts",
        "components": "as in verdicts", "details": "as in verdicts", "milliseconds": "as in verdicts", "at": "as in verdicts"}),
    "run_models": ("A model that a run was sampled from.", "assay run", {"run_id": "run", "model": "as its server lists it"}),
    "advantage_sets": ("An estimator with its parameters over a scoring.", "assay run, assay optimize", {
        "set_id": "key", "run_id": "run", "scoring_id": "scoring", "estimator": "preset",
        "parameters": "canonical JSON: estimator, shaping, distill, batch_groups", "created_at": "ms since 1970 UTC"}),
    "advantages": ("A completion's advantage in a set.", "assay run, assay optimize", {
        "set_id": "set", "completion_id": "completion", "reward": "what the estimator saw; null: it took no part",
        "advantage": "of every token; null where tokens differ, and where it is undefined",
        "reason": "why it is undefined; null: it is not", "token_advantages": "`<f4` [T] where tokens differ"}),
    "estimate_windows": ("Groups estimated together in a step of a run that goes on, and the state after it.", "assay run --online", {
        "set_id": "set", "number": "from 0", "group_ids": "JSON array", "state": "JSON: running averages, trackers, KL weight; {} but for the last settled one",
        "settled": "1 in the transaction of its batch; 0 is made anew"}),
    "entropies": ("A completion's mean token entropy, nats.", "assay run, assay optimize", {
        "completion_id": "completion", "kind": "exact, interval (from top candidates), sampled (-mean log-prob)",
        "mean": "or the middle of the bounds", "lower": "bound", "upper": "bound", "n_tokens": "tokens"}),
    "policy_versions": ("Weights that were announced; a run's first are version 0.", "trainers, servers", {
        "run_id": "run", "version": "ascending", "weights": "where they are", "published_at": "ms since 1970 UTC", "source": "who"}),
    "batches": ("What one optimiser step takes.", "assay optimize --pack, assay run --online", {
        "batch_id": "key", "run_id": "run", "step": "position in the run, from 0", "set_id": "advantages it is made of",
        "policy_version": "the newest when it was packed", "max_staleness": "versions a sample may be behind when leased",
        "n_sequences": "N", "n_tokens": "T", "state": "ready, leased, done, rejected, expired", "created_at": "ms since 1970 UTC"}),
    "batch_items": ("A sequence of a batch.", "with the batch", {
        "batch_id": "batch", "position": "from 0", "completion_id": "completion", "policy_version": "oldest that sampled a token of it",
        "piece": "row of the episode; 0 is the completion's own tokens"}),
    "batch_tensors": ("A column of a batch, sequences end to end; see below. `assay prune` drops those of finished batches.",
                      "with the batch", {"batch_id": "batch", "name": "column", "dtype": "numpy's, little-endian",
                                         "shape": "JSON array", "data": "row major"}),
    "packings": ("The options that a set's batches were packed with.", "assay optimize --pack", {
        "set_id": "set", "options": "canonical JSON"}),
    "leases": ("A trainer's hold of a batch; the epoch fences late acknowledgements.", "trainers", {
        "lease_id": "key", "batch_id": "batch", "epoch": "1 for the first hold", "trainer": "who", "leased_at": "ms since 1970 UTC",
        "expires_at": "ms since 1970 UTC", "ended_at": "ms since 1970 UTC", "outcome": "done, rejected, expired; null: held",
        "policy_version": "made by the step", "metrics": "JSON", "error": "why it was rejected"}),
}

TENSORS = """| column | dtype and shape | holds |
|---|---|---|
| `prompt_ids`, `prompt_offsets` | `<i4` [P], `<i8` [N+1] | prompts end to end |
| `token_ids`, `token_offsets` | `<i4` [T], `<i8` [N+1] | sampled tokens end to end |
| `logprobs` | `<f4` [T] | of the policy that sampled, nats |
| `advantages`, `loss_mask`, `loss_weights` | `<f4` [T], `\\|u1` [T], `<f4` [T] | see [estimators](estimators.md#after-it-optimizepack) |
| `rewards` | `<f8` [N] | NaN: none |
| `groups`, `completions`, `policy_versions` | `<i8` [N], `<i8` [N], `<i4` [N] | keys; the oldest version |
| `pieces` | `<i4` [N] | rows of episodes, where there are further ones |
| `staleness`, `trainer_logprobs`, `importance_weights` | `<i4` [T], `<f4` [T], `<f4` [T] | where they are known |
| `prompt_text`, `response_text` and their `_offsets`, `sequence_advantages` | `\\|u1` [B], `<i8` [N+1], `<f8` [N] | with `allow_text_only` |
"""


EXPORT = """`assay export STORE -o FILE.parquet` (or `.jsonl`, or `--hf FOLDER` for `load_dataset`) writes a row per completion, in the run's
order, with the latest verifier's verdict and the newest advantages over it (`--verifier`, `--estimator`). Parquet is uncompressed; JSON
values are texts there and values in JSONL. `--no-tokens` leaves the lists out; of an episode with further rows they are of its first.

| column | type | holds |
|---|---|---|
| `dataset`, `problem_id`, `prompt`, `answer`, `fields` | text | the problem; a prompt that is a chat, and `fields`, as JSON |
| `group`, `index`, `completion_id` | int64 | key of the group, place in it, key |
| `completion`, `reasoning`, `tool_calls`, `finish`, `model`, `weight_spans` | text | as in completions |
| `n_tokens` | int64 | sampled tokens |
| `outcome`, `reason`, `extracted`, `components` | text | the verdict |
| `score`, `reward`, `advantage` | double | null where there is none |
| `advantage_reason` | text | why there is no advantage |
| `prompt_ids`, `token_ids`, `mask` | list of int32 | of episodes the first row's: others are in `training_pieces`; `mask`: 1 where the policy sampled |
| `logprobs`, `token_advantages`, `reference_logprobs` | list of float | of the sampler; where advantages differ by token; where a reference was asked |

`--pairs` writes a row for each group whose scores differ, for DPO and its kin: `dataset`, `problem_id`, `prompt`, `chosen`, `rejected`,
`score_chosen`, `score_rejected`, `chosen_id`, `rejected_id`, and `prompt_ids`, `chosen_token_ids`, `rejected_token_ids`, `chosen_logprobs`,
`rejected_logprobs`. The best and the worst are taken, of equal scores the first sampled; where the prompt is a chat both are its last message. Rows with
`advantage` and `reference_logprobs` are what A-LoL takes: those above 0 alone.

`assay prune STORE` drops the columns of batches that are done, rejected or expired, with `--run NAME` whole runs, and gives the space
back; what a trainer holds or waits for is never touched. A million completions of 512 tokens with 2 kB of text are 7.3 GB after it.
"""


def page(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
             if n not in HIDDEN]
    problems = [f"no words for table {n}" for n in names if n not in TABLES]
    problems += [f"words for table {n}, which is not there" for n in TABLES if n not in names]
    application, version = (db.execute(f"PRAGMA {p}").fetchone()[0] for p in ("application_id", "user_version"))
    migrations = ", ".join(f"`{m}`" for m, in db.execute("SELECT identifier FROM grdb_migrations ORDER BY rowid"))
    out = ["# The store\n\nMade from the schema by `make reference`; do not edit. A store is one SQLite file in WAL mode, 16 KiB pages.\n"
           f"`PRAGMA application_id` is {application} (`assy`), `PRAGMA user_version` {version}: the newest migration of tables and\n"
           "columns. Migrations, " + migrations + ", only add, so that a reader of today reads tomorrow's store; older stores are brought up to date when\n"
           "assay opens them for writing. Numbers in BLOBs are little-endian; times are milliseconds since 1970 UTC, log-probabilities\n"
           "natural, entropies nats. Read with `mode=ro`; one process writes, trainers add leases and `tokens` of source `trainer`.\n"]
    for name, (what, who, words) in TABLES.items():
        if name not in names:
            continue
        columns = db.execute(f"PRAGMA table_info({name})").fetchall()
        problems += [f"no words for {name}.{c[1]}" for c in columns if c[1] not in words]
        problems += [f"words for {name}.{w}, which is not there" for w in words if w not in [c[1] for c in columns]]
        keys = {k[3]: k[2] for k in db.execute(f"PRAGMA foreign_key_list({name})")}
        out.append(f"\n## {name}\n\n{what} Written by: {who}.\n\n| column | type | holds |\n|---|---|---|\n")
        for _, column, kind, required, _, key in columns:
            kind = kind + (" key" if key else "") + ("" if required or key else ", may be null")
            to = f" → `{keys[column]}`" if column in keys else ""
            out.append(f"| `{column}` | {kind} | {words.get(column, '')}{to} |\n")
        indexes = []
        for _, index, unique, origin, _ in db.execute(f"PRAGMA index_list({name})"):
            on = ", ".join(r[2] for r in db.execute(f"PRAGMA index_info({index})"))
            if origin != "pk":
                indexes.append(f"({on})" + (" unique" if unique else ""))
        if indexes:
            out.append("\nIndexes: " + "; ".join(sorted(indexes)) + ".\n")
    out.append("\n## Columns of a batch\n\n" + TENSORS)
    fields, further = ([c[1] for c in db.execute(f"PRAGMA table_info({view})")] for view in ("training_rows", "training_pieces"))
    out.append("\n## training_rows\n\nA view for trainers that read completions one by one: those with token ids, log-probs and an advantage.\n"
               "Columns: " + ", ".join(f"`{f}`" for f in fields) + ". Ask by `run`, by `set_id` or by both, `ORDER BY ordinal, idx`: all go by indexes.\n"
               "\n`training_pieces` has the further rows of episodes: " + ", ".join(f"`{f}`" for f in further) + ".\n")
    out.append("\n## Export and prune\n\n" + EXPORT)
    if problems:
        sys.exit("\n".join(problems))
    return "".join(out)
