/// The part of the warm interpreter's program that runs tests which are a program of their own together with the program under
/// test, as the data set's author ran them.
///
/// Tests are read and named first, then the walls inside the process are raised, then the program is loaded. The answer names
/// each test and how it ended, and holds a secret that was there before the program was: the host believes nothing else.
enum PythonTogether {
    static let source = #"""
        class Stub(type):
            "Stands for everything of a program in the control run; to use it is to fail."
            def __call__(cls, *arguments, **keywords):
                raise NotImplementedError("the stub does nothing")

        def stub(name):
            return Stub(name, (), {})

        class StubModule(types.ModuleType):
            def __getattr__(self, name):
                if name.startswith("__"):
                    raise AttributeError(name)
                value = stub(name)
                setattr(self, name, value)
                return value

        class RowFiles:
            "The row's own modules come from here and from nowhere a program can write."
            def __init__(self, sources):
                self.sources = sources

            def find_spec(self, name, path=None, target=None):
                for file in (name.replace(".", "/") + ".py", name.replace(".", "/") + "/__init__.py"):
                    if file in self.sources:
                        return importlib.util.spec_from_loader(name, self, is_package=file.endswith("__init__.py"))
                return None

            def create_module(self, spec):
                return None

            def exec_module(self, module):
                name = module.__name__.replace(".", "/")
                source = self.sources.get(name + ".py", self.sources.get(name + "/__init__.py"))
                module.__file__ = os.path.join(os.getcwd(), name + ".py")
                exec(compile(source, TESTS_FILE, "exec", dont_inherit=True), module.__dict__)

        def compiled(program, prompt):
            "The program as code, with the prompt before it where that is code too."
            if prompt:
                text = prompt + "\n" + program
                try:
                    return compile(text, PROGRAM_FILE, "exec", 0, True), text
                except (SyntaxError, ValueError):
                    pass
                body = prompt.rstrip("\n") + "\n" + "\n".join("    " + line for line in program.split("\n"))
                try:
                    compile(program, PROGRAM_FILE, "exec", 0, True)
                except (SyntaxError, ValueError):
                    try:
                        return compile(body, PROGRAM_FILE, "exec", 0, True), body
                    except (SyntaxError, ValueError):
                        pass
            return compile(program, PROGRAM_FILE, "exec", 0, True), program

        def helpers_of(prompt, entry):
            "Functions that the prompt itself defines in full: the tests mean these, whatever the program calls so."
            try:
                tree = ast.parse(prompt)
            except (SyntaxError, ValueError):
                return {}
            functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            whole = []
            for node in functions:
                body = node.body[1:] if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant) else node.body
                if node.name != entry and node is not functions[-1] and body and not all(isinstance(p, ast.Pass) for p in body):
                    whole.append(node.name)
            if not whole:
                return {}
            names = {"__name__": "prompt", "__builtins__": builtins}
            try:
                exec(compile(prompt, TESTS_FILE, "exec", dont_inherit=True), names)
            except Exception:
                return {}
            return {name: names[name] for name in whole if name in names}

        PUBLISHED = frozenset(
            "numpy pandas scipy sklearn matplotlib seaborn requests bs4 lxml yaml torch tensorflow keras flask django PIL cv2 nltk "
            "sympy networkx faker freezegun hypothesis psutil docx openpyxl xlwt xlrd statsmodels wordcloud folium geopandas "
            "shapely textblob gensim librosa soundfile pytesseract rsa Crypto cryptography chardet regex mechanize pyquery "
            "requests_mock responses httpx aiohttp fastapi pydantic sqlalchemy dateutil pytz prettytable texttable sendgrid "
            "holidays wikipedia blake3 Levenshtein natsort ipaddress attr attrs jinja2 werkzeug click rich tqdm numba "
            "xmltodict flask_login flask_mail flask_restful flask_wtf wtforms pytest_mock parameterized mock nose six".split())

        KNOWN_MODULES = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "sp": "scipy", "torch": "torch", "tf": "tensorflow"}

        # What runners look for by name, and take for the tests' own.
        RUNNERS_OWN = ("test", "Test", "pytest_", "setup_", "teardown_", "setUpModule", "tearDownModule", "load_tests")

        def handed_over(names, wanted, entry):
            "What the tests have of the program: names that they use, and all where they may name more in a text."
            found = {}
            is_open = not wanted.isdisjoint(("eval", "exec", "globals", "getattr", "vars"))
            for name, value in list(names.items()):
                if name.startswith("__") or hasattr(builtins, name) and name != entry:
                    continue
                if name not in wanted and name != entry and (not is_open or name.startswith(RUNNERS_OWN)):
                    continue
                # A fixture runs beside the tests, with their own objects in its hands.
                if hasattr(type(value), "_get_wrapped_function") or hasattr(value, "_pytestfixturefunction"):
                    continue
                if name in KNOWN_MODULES and type(value) is not types.ModuleType and not is_missing(KNOWN_MODULES[name]):
                    value = importlib.import_module(KNOWN_MODULES[name])
                found[name] = value
            return found

        def is_missing(name):
            try:
                return name.split(".")[0] not in sys.modules and importlib.util.find_spec(name.split(".")[0]) is None
            except (ImportError, ValueError, AttributeError):
                return True

        def judge_together(request, channel_fd):
            "Loads the tests, walls itself in, loads the program, runs. The answer goes to a channel that the program does not know."
            dumps, write, leave, getpid = marshal.dumps, os.write, os._exit, os.getpid
            token, owner = request["token"], os.getpid()

            def send(**answer):
                if getpid() != owner:
                    leave(1)
                data = dumps((token, answer), 2)
                while data:
                    data = data[write(channel_fd, data):]
                leave(0)

            program, prompt, entry, is_control = request["program"], request["prompt"], request["entry"], request["control"]
            outcomes = Outcomes()
            if not hasattr(ast, "unparse"):
                send(fault="tests that are a program need Python 3.9 or later: name one in the option 'python'", missing=True)
            try:
                suite = Suite(request["tests"], entry)
            except (SyntaxError, ValueError, RecursionError) as error:
                send(fault="the tests are no Python: " + text_of(error).decode("utf-8", "replace"))
            aliases = set(request["modules"]) | {"solution"}
            sys.meta_path.insert(0, RowFiles(request["files"]))
            os.environ.setdefault("MPLBACKEND", "Agg")
            import unittest, unittest.mock, doctest
            missing = []
            for name, parts in suite.imports:
                if name.split(".")[0] in aliases:
                    continue
                if is_missing(name):
                    missing.append((name, parts))
                elif name + ".py" not in request["files"]:
                    try:
                        __import__(name)
                    except BaseException:
                        pass
            if suite.wants_pytest:
                try:
                    import pytest
                except ImportError:
                    send(fault="the tests need pytest, which the interpreter of the option 'python' does not have", missing=True)
            module = (StubModule if is_control else types.ModuleType)("solution")
            names = module.__dict__
            if request["prelude"]:
                names.update(PRELUDE)
            names["__builtins__"] = builtins
            names["__file__"] = PROGRAM_FILE
            for alias in aliases:
                sys.modules[alias] = module
            sys.modules["__main__"] = module
            sys.argv = ["solution.py"]
            libc.prctl(4, 0, 0, 0, 0)
            helpers = helpers_of(prompt, entry) if prompt else {}
            folder = "/box/tests"
            try:
                os.mkdir(folder, 0o755)
            except OSError:
                folder = os.getcwd()
            guard = Guard(suite.source, suite.touched)
            equal, differ, order, within, compared = equality(guard, prompt or "")
            check_equal = unittest.TestCase._baseAssertEqual
            def base_equal(self, first, second, msg=None):
                if not equal(first, second):
                    check_equal(self, first, second, msg)
            unittest.TestCase._baseAssertEqual = base_equal
            if not is_control:
                guard.seal(suite)
                install_guard(guard)
            changed, look_back, gc_on = guard.changed, guard.look_back, gc.enable
            request.clear()
            gc_on()

            def load():
                code, text = compiled(program, prompt)
                linecache.cache[PROGRAM_FILE] = (len(text), None, text.splitlines(True), PROGRAM_FILE)
                exec(code, names)
            is_text = entry == "[insert]"
            if not is_control and not is_text:
                try:
                    load()
                except (SyntaxError, ValueError) as error:
                    is_own = isinstance(error, SyntaxError) and error.filename == PROGRAM_FILE
                    send(load="syntax" if is_own else "error", text=text_of(error).decode("utf-8", "replace"), tamper=guard.reason)
                except MemoryError:
                    send(load="memory", text="MemoryError")
                except BaseException as error:
                    send(load="error", text=describe(error), tamper=guard.reason)
                found = changed("")
                if found:
                    send(load="tampered", text="it replaced " + found)
            guard.watch()
            unknown, absent = [], []
            for name, parts in missing:
                is_whole = parts is not None and all(part == "*" or part in names for part in parts)
                if is_control or is_whole or parts is None and name.split(".")[0] not in PUBLISHED:
                    sys.modules[name] = module
                elif name.split(".")[0] in PUBLISHED:
                    unknown.append(name)
                else:
                    absent.append(name)
            if unknown:
                send(fault="the tests import what the interpreter of the option 'python' does not have: " + ", ".join(unknown),
                     missing=True)
            if absent:
                send(load="missing", text="the program does not define what the tests import from " + ", ".join(absent))
            tests = types.ModuleType("tests")
            space = tests.__dict__
            wanted = suite.loads | set(re.findall(r"\w+", entry or ""))
            if is_control:
                space.update((name, getattr(module, name)) for name in wanted
                             if not name.startswith("__") and not hasattr(builtins, name))
            else:
                space.update(handed_over(names, wanted, entry))
            space.update(helpers)
            space.update(__name__="__main__", __file__=os.path.join(os.getcwd(), "tests.py"), __builtins__=builtins)
            import operator
            space.update(__assay_ran__=outcomes.ran, __assay_equal__=equal, __assay_differ__=differ, __assay_order__=order,
                         __assay_in__=within, __assay_compared__=compared,
                         __assay_lt__=operator.lt, __assay_le__=operator.le, __assay_gt__=operator.gt, __assay_ge__=operator.ge)
            try:
                candidate = stub("candidate") if is_control else eval(entry, space) if entry and not is_text else None
            except BaseException as error:
                send(load="missing", text=describe(error), tamper=guard.reason)
            space.setdefault("candidate", candidate)

            def run_module():
                exec(suite.code, space)
                # By a star, tests import more than they mean.
                kept = handed_over(names, wanted, entry)
                for name, value in list(space.items()):
                    if name in names and value is names[name] and name not in kept and not name.startswith("__"):
                        del space[name]
                for name in suite.checks:
                    if name not in suite.called:
                        space[name](candidate)
                if is_text:
                    for name in ("test_execution", "test_string"):
                        if name in space:
                            space[name]("pass" if is_control else program)
            run_case(outcomes, "module", run_module)
            space["__name__"] = tests.__name__
            if outcomes.found[-1][1] == "pass":
                if suite.wants_pytest and suite.names:
                    run_pytest(tests, suite, outcomes, folder, guard)
                elif suite.names:
                    run_case(outcomes, "module", lambda: run_cases(tests, suite, outcomes))
            found = guard.reason
            if found is None and changed(suite.source):
                found = "it replaced " + changed(suite.source)
            look_back(suite.source)
            calls = len([name for name in suite.checks if name not in suite.called]) + is_text
            send(outcomes=outcomes.found, asserts=outcomes.asserts + calls, names=suite.names, tamper=None if is_control else found,
                 doubt=guard.doubt)

        def together():
            fd = 64 + os.urandom(1)[0] % 128
            os.dup2(3, fd, False)
            os.close(3)
            judge_together(marshal.loads(read_input()), fd)

        """#
}
