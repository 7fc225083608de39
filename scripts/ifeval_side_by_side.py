"""assay's IFEval checks beside the published ones, on made-up responses that meet and miss every instruction.

    python -m venv /tmp/ifeval && /tmp/ifeval/bin/pip install --no-deps lm-eval==0.4.13 nltk langdetect immutabledict six \\
        regex joblib click tqdm packaging
    /tmp/ifeval/bin/python scripts/ifeval_side_by_side.py .build/release/assay

The published code is the one in lm-eval. Its sentence counts need a model of NLTK's that no package ships, so that
instruction is left out, and its words are split as NLTK splits a single line.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import subprocess
import sys
import tempfile
import types
from collections import Counter
from typing import Any

import langdetect
import nltk

nltk.download = lambda *_, **__: True
nltk.data.find = lambda *_, **__: True
split_line = nltk.tokenize.NLTKWordTokenizer().tokenize
nltk.word_tokenize = lambda text, **_: split_line(text)
langdetect.DetectorFactory.seed = 0


def published() -> Any:
    """lm-eval's checks, without the rest of lm-eval."""
    root = next(p for p in (os.path.join(p, "lm_eval") for p in sys.path) if os.path.isdir(p))
    for name, parts in (("lm_eval", ()), ("lm_eval.tasks", ("tasks",)), ("lm_eval.tasks.ifeval", ("tasks", "ifeval"))):
        module = types.ModuleType(name)
        module.__path__ = [os.path.join(root, *parts)]
        sys.modules[name] = module
    return importlib.import_module("lm_eval.tasks.ifeval.instructions_registry").INSTRUCTION_DICT


FRAGMENTS = """* one|- two|** three **|*four*|**five**|* |*|** **|*a* *b*|[place]|[a] [b|]|"quoted"|"|'|P.S. more|p. s. so|P.P.S x|
<<Title>>|<< >>|<<a|>>|<<<<x>>>>|***|******|{"a": 1}|```json|```|[1, 2]|{a: 1}|SECTION 1|Section 2|Part 1|part 2|SECTIONx 3|
The cat sat on the mat and it was not there|das ist nicht der Hund und die Katze war auch da|el perro y la casa de los niños|
Keyword and keyword|keywords|KEYWORD|zebra zoo|My answer is yes.|My answer is no.|ALL CAPS HERE|don't STOP-NOW I'M|NATO, EU|x, y|
the end|The End.|the end"|so it goes|repeat this now|Repeat this now please|1.5 a.b e.g. this|word|two words|three more words|0|É È|ß""".replace("\n", "").split("|")
JOINS = ["\n", "\n\n", " ", "\n***\n", "******", "\n\n\n", "\t"]


def response(dice: random.Random) -> str:
    text = ""
    for _ in range(dice.choice((1, 2, 3, 3, 4, 5, 8))):
        text += (dice.choice(JOINS) if text else dice.choice(("", "", "\n", " "))) + dice.choice(FRAGMENTS)
    how = dice.random()
    text = text.upper() if how < 0.06 else text.lower() if how < 0.12 else text
    if dice.random() < 0.08:
        text = '"' + text.strip() + '"'
    return text + dice.choice(("", "", "\n", " the end"))


def arguments(dice: random.Random, name: str) -> dict[str, Any]:
    small, relation = dice.choice((1, 2, 3, 4)), dice.choice(("at least", "less than"))
    return {
        "keywords:existence": {"keywords": dice.sample(["keyword", "zebra", "cat", "x"], 2)},
        "keywords:frequency": {"keyword": dice.choice(["keyword", "the", "a"]), "frequency": small, "relation": relation},
        "keywords:forbidden_words": {"forbidden_words": dice.sample(["keyword", "cat", "so", "no"], 2)},
        "keywords:letter_frequency": {"letter": dice.choice("azeX"), "let_frequency": small, "let_relation": relation},
        "length_constraints:number_words": {"num_words": small * 3, "relation": relation},
        "length_constraints:number_paragraphs": {"num_paragraphs": dice.choice((1, 2, 3))},
        "length_constraints:nth_paragraph_first_word": {
            "num_paragraphs": dice.choice((1, 2, 3)), "nth_paragraph": dice.choice((1, 2)),
            "first_word": dice.choice(("the", "das", "my", "quoted", "all", "word", "repeat")),
        },
        "detectable_content:number_placeholders": {"num_placeholders": dice.choice((1, 2))},
        "detectable_content:postscript": {"postscript_marker": dice.choice(("P.S.", "P.P.S"))},
        "detectable_format:number_bullet_lists": {"num_bullets": dice.choice((1, 2))},
        "detectable_format:number_highlighted_sections": {"num_highlights": dice.choice((1, 2))},
        "detectable_format:multiple_sections": {"section_spliter": dice.choice(("Section", "SECTION", "Part")), "num_sections": dice.choice((1, 2))},
        "combination:repeat_prompt": {"prompt_to_repeat": "Repeat this now"},
        "startend:end_checker": {"end_phrase": dice.choice(("the end", "The End."))},
        "change_case:capital_word_frequency": {"capital_frequency": small, "capital_relation": relation},
        "language:response_language": {"language": dice.choice(("en", "de", "es"))},
    }.get(name, {})  # fmt: skip


def main() -> None:
    checks = published()
    dice = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    names = [name for name in checks if name != "length_constraints:number_sentences"]
    rows = []
    for index in range(20000):
        name = names[index % len(names)]
        given, text = arguments(dice, name), response(dice)
        check = checks[name](name)
        check.build_description(**given)
        try:
            followed = bool(text.strip() and check.check_following(text))
        except Exception as error:  # the published code fails on some texts: no verdict to compare with
            print(f"{name}: {error!r} on {text!r}", file=sys.stderr)
            continue
        rows.append({"id": str(index), "instruction_id_list": [name], "kwargs": [given], "response": text, "followed": followed})
    with tempfile.TemporaryDirectory() as folder:
        path, scored = os.path.join(folder, "rows.jsonl"), os.path.join(folder, "scored.jsonl")
        with open(path, "w") as file:
            for row in rows:
                print(json.dumps(row), file=file)
        subprocess.run(
            [sys.argv[1], "verify", path, "--verifier", "ifeval", "-o", scored, "--quiet"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        total, met, different = Counter(), Counter(), Counter()
        for line in open(scored):
            row = json.loads(line)
            name = row["instruction_id_list"][0]
            total[name] += 1
            met[name] += row["followed"]
            if (row["verdict"]["outcome"] == "correct") != row["followed"]:
                different[name] += 1
                if different[name] <= 2:
                    print(f"{name} {row['kwargs'][0]}: published {row['followed']}, on {row['response']!r}", file=sys.stderr)
    print(f"{'instruction':48} {'rows':>6} {'met':>6} {'different':>10}")
    for name in names:
        print(f"{name:48} {total[name]:6} {met[name]:6} {different[name]:10}")
    print(f"{sum(different.values())} of {sum(total.values())} verdicts differ")


if __name__ == "__main__":
    main()
