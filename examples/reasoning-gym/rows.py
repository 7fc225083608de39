"""Problems of 20 reasoning-gym families for `assay run`, and scored answers to them for a comparison.

python rows.py problems problems.jsonl          one row a problem: id, task, question, answer, entry
python rows.py answers answers.jsonl            rows with a response each: right, wrong, empty, someone else's
python rows.py compare scored.jsonl             rows with verdicts against reasoning-gym's own scorer
python rows.py compare-store experience.sqlite  the same for the completions that a run kept
"""

import json
import random
import sqlite3
import sys

import reasoning_gym
from reasoning_gym.utils import extract_answer

FAMILIES = ["ab", "advanced_geometry", "aiw", "base_conversion", "basic_arithmetic", "bitwise_arithmetic", "caesar_cipher", "chain_sum", "countdown", "gcd", "group_anagrams", "knights_knaves", "leg_counting", "letter_counting", "mini_sudoku", "n_queens", "number_sorting", "polynomial_equations", "spell_backward", "word_sorting"]


def problems(size):
    for task in FAMILIES:
        for index, entry in enumerate(reasoning_gym.create_dataset(task, size=size, seed=7)):
            entry = json.loads(json.dumps(entry))
            yield {
                "id": f"{task}-{index}",
                "task": task,
                "question": entry["question"] + "\nGive the final answer between <answer> and </answer>.",
                "answer": str(entry["answer"]),
                "entry": entry,
            }


def answers(size):
    rows = list(problems(size))
    dice = random.Random(3)
    for row in rows:
        right = row["answer"]
        others = [
            right,
            right + "1",
            right[:-1],
            dice.choice(rows)["answer"],
            "",
        ]
        for index, text in enumerate(others):
            yield {**row, "id": f"{row['id']}/{index}", "response": f"<think>so</think><answer>{text}</answer>"}
        yield {**row, "id": f"{row['id']}/bare", "response": right}


made = {}


def own_score(task, entry, response):
    if task not in made:
        made[task] = reasoning_gym.create_dataset(task, size=1, seed=0)
    try:
        return float(made[task].score_answer(answer=extract_answer(response), entry=entry))
    except Exception:
        return None


def report(pairs):
    total = same = 0
    for name, ours, theirs in pairs:
        total += 1
        same += ours == theirs
        if ours != theirs:
            print(f"{name}: ours {ours}, reasoning-gym {theirs}")
    print(f"{same} of {total} verdicts equal reasoning-gym's own")
    return 0 if same == total and total else 1


def from_store(path):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    query = """SELECT fields, text, score FROM verdicts JOIN completions USING (completion_id)
               JOIN groups USING (group_id) JOIN problems USING (problem_id)"""
    for record, text, score in database.execute(query):
        record = json.loads(record)
        yield record["id"], score, own_score(record["task"], record["entry"], text)


def main(command, path, size="3"):
    if command in ("problems", "answers"):
        with open(path, "w") as out:
            for row in (problems if command == "problems" else answers)(int(size)):
                print(json.dumps(row), file=out)
    elif command == "compare":
        rows = map(json.loads, open(path))
        return report(
            (row["id"], row["verdict"]["score"], own_score(row["task"], row["entry"], row["response"])) for row in rows
        )
    else:
        return report(from_store(path))


sys.exit(main(*sys.argv[1:]))
