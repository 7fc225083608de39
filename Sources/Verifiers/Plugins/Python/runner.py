"""Runs a Python file with a verify function as a worker: what `--verifier ./mine.py` starts.

argv: the text of verifier.py, which speaks the protocol; the file; the function's name, or nothing. The file is imported
under its own name, so that what stands under `if __name__ == "__main__"` does not run.
"""

import importlib.util
import inspect
import io
import json
import os
import sys
import types

LIBRARY, PATH, WANTED = sys.argv[1:4]
STEM = os.path.splitext(os.path.basename(PATH))[0]
# Looked for in this order where nothing says which function is meant.
USUAL = ["verify", "compute_score", "reward_func", "reward_fn", "reward_function", "reward", "score", "grade", "judge", "check", "evaluate"]
PLAIN = {"response", "answer", "prompt", "fields", "id"}
FRAMEWORKS = {"solution_str", "ground_truth", "data_source", "extra_info", "prompts", "completions", "prompt_ids", "completion_ids"}
# What people call the two, where a row has no field of that name.
RESPONSES = {"solution_str", "completion", "text", "output", "prediction", "pred", "generated", "generation", "candidate", "model_output", "student", "solution"}
ANSWERS = {"ground_truth", "gold", "target", "reference", "label", "expected", "truth", "correct_answer", "solution_answer", "golden"}
RESULT = "return a number, True or False, None for no score, or a dict with 'score'"


class Refusal(Exception):
    """Why the file is no verifier, as its user reads it."""


class NoInput(io.TextIOBase):
    """Standard input is the protocol's: a file that reads it while it is imported would wait for ever."""

    def read(self, *_):
        raise Refusal(
            "it reads standard input when it is imported: a program that speaks the protocol itself is "
            f"--verifier command --option 'command=[\"python3\",\"{PATH}\"]'")

    readline = readlines = __next__ = __iter__ = fileno = read


def where(error):
    """`line 3` of the file, or nothing."""
    if isinstance(error, SyntaxError) and error.filename and os.path.basename(error.filename) == os.path.basename(PATH):
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if os.path.abspath(trace.tb_frame.f_code.co_filename) == os.path.abspath(PATH):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def load(marked):
    if sys.version_info < (3, 9):  # noqa: UP036  any machine's Python starts this
        number = ".".join(map(str, sys.version_info[:2]))
        raise Refusal(f"{sys.executable} is Python {number}, and 3.9 is needed; name another interpreter with --option python=…")
    library = types.ModuleType("assay.verifier")
    sys.modules["assay.verifier"] = library
    exec(compile(LIBRARY, "assay/verifier.py", "exec"), library.__dict__)

    def verifier(function=None, *, name=None, version="1"):
        def mark(function):
            marked.append((function, name, version))
            return function

        return mark(function) if function else mark

    library.verifier = verifier
    library.serve_function, library.serve = library.serve, lambda function, **more: verifier(function, **more)
    if importlib.util.find_spec("assay") is None:
        package = sys.modules["assay"] = types.ModuleType("assay")
        package.__path__, package.verifier = [], library
    sys.path[0] = os.path.dirname(os.path.abspath(PATH))
    # A file called math.py is not to be taken for Python's own.
    taken = STEM in sys.modules or STEM in getattr(sys, "stdlib_module_names", ())
    spec = importlib.util.spec_from_file_location(STEM + "_verifier" if taken else STEM, PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    sys.stdin, stdin = NoInput(), sys.stdin
    try:
        spec.loader.exec_module(module)
    except Refusal:
        raise
    except BaseException as error:
        line, kind = where(error), type(error).__name__
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        what = (f"line {line}: " if line else "") + kind + (f": {text}" if text else "")
        if isinstance(error, SystemExit):
            what += " (put what is to run as a program under if __name__ == \"__main__\":)"
        if isinstance(error, ModuleNotFoundError):
            what += f" for {sys.executable}; install it there, or name another interpreter with --option python=…"
        raise Refusal(what) from None
    finally:
        sys.stdin = stdin
    return module, library


def public(module):
    return {n: f for n, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__ and n[0] != "_"}


def choose(module, marked):
    """(function, name, version)."""
    functions = public(module)
    listed = ", ".join(functions) or "no function"
    if WANTED:
        function = getattr(module, WANTED, None)
        if not callable(function):
            raise Refusal(f"it has no function '{WANTED}'; it has {listed}")
        return function, None, "1"
    if len(marked) == 1:
        return marked[0]
    if len(marked) > 1:
        raise Refusal("several functions are marked @verifier; --option function=NAME says which")
    for name in USUAL:
        if callable(getattr(module, name, None)):
            return getattr(module, name), None, "1"
    if len(functions) == 1:
        return next(iter(functions.values())), None, "1"
    if not functions:
        raise Refusal("it has no function; write def verify(response, answer): return response.strip() == answer")
    raise Refusal(f"which of its functions judges: {listed}? Call it verify, or say --option function=NAME")


def checked(result):
    """The result, if it is one."""
    if isinstance(result, dict):
        if "score" not in result:
            raise TypeError(f"the dict has no 'score', but {', '.join(map(repr, result)) or 'nothing'}; {RESULT}")
        result_score = result["score"]
    else:
        result_score = result
    if result_score is None or isinstance(result_score, (bool, int, float)) or hasattr(result_score, "item"):
        return result
    raise TypeError(f"it returned {result_score!r:.60}, a {type(result_score).__name__}; {RESULT}")


def located(error):
    """The error, with its line."""
    line = where(error)
    text = str(error) + (f" ({os.path.basename(PATH)}, line {line})" if line else "")
    return type(type(error).__name__, (Exception,), {})(text)


def adapted(function):
    """The function as the library calls it: by names that it knows, with results looked at."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        parameters = None
    if not parameters:
        raise Refusal(f"{function.__name__} takes no arguments; write def {function.__name__}(response, answer):")
    names = list(parameters)
    if {"prompts", "completions"} <= parameters.keys():
        return function
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if "completions" in parameters and not {"prompt", "prompt_ids"} & parameters.keys():
        # TRL's, of whole batches, that do not look at the prompts.
        def batch(prompts, completions, **columns):
            given = {"prompts": prompts, "completions": completions, **columns}
            return function(**(given if takes_any else {n: given[n] for n in parameters if n in given}))

        return batch
    fixed = [n for n, p in parameters.items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    required = [n for n in fixed if parameters[n].default is inspect.Parameter.empty]

    def value(name, arguments):
        if name in arguments:
            return arguments[name]
        if name in RESPONSES or names == [name]:
            return arguments["response"]
        if name in ANSWERS:
            return arguments["answer"]
        raise TypeError(
            f"{function.__name__} wants '{name}', which is neither a field of the row nor one of "
            f"{', '.join(sorted(PLAIN))}; this row has {', '.join(map(repr, arguments['fields'])) or 'no fields'}")

    def call(arguments):
        positional = [value(n, arguments) for n in fixed if parameters[n].kind is inspect.Parameter.POSITIONAL_ONLY]
        chosen = {
            n: value(n, arguments)
            for n in fixed
            if parameters[n].kind is not inspect.Parameter.POSITIONAL_ONLY and (n in required or n in arguments)
        }
        if takes_any:
            chosen = {**{k: v for k, v in arguments.items() if k not in fixed}, **chosen}
        return function(*positional, **chosen)

    async def awaited(result):
        try:
            return checked(await result)
        except Exception as error:
            raise located(error) from None

    def judged(**arguments):
        try:
            result = call(arguments)
            return awaited(result) if inspect.isawaitable(result) else checked(result)
        except Exception as error:
            raise located(error) from None

    # The library looks at the names: a framework's are answered as that framework does.
    shown = ["response"] + [n for n in parameters if n in FRAMEWORKS]
    judged.__signature__ = inspect.Signature(
        [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in shown]
        + [inspect.Parameter("others", inspect.Parameter.VAR_KEYWORD)])
    return judged


def main():
    out, sys.stdout = sys.stdout, sys.stderr
    marked = []
    try:
        module, library = load(marked)
        function, name, version = choose(module, marked)
        function = adapted(function)
    except Refusal as why:
        sys.stdin.readline()
        print(json.dumps({"error": str(why)}), file=out, flush=True)
        return
    library.serve_function(function, name=name or STEM, version=version, source=sys.stdin, sink=out)


main()
