/// The part of the warm interpreter's program that reads a text of tests and runs them in their own runner.
enum PythonSuite {
    static let source = #"""
        class Prepared(ast.NodeTransformer):
            "The tests' tree: main guards are entered, runners are ours, comparisons and asserts are seen."
            RUNNERS = ("unittest.main", "pytest.main", "doctest.testmod", "main", "testmod")

            def __init__(self):
                self.called = set()

            def visit_If(self, node):
                text = ast.unparse(node.test)
                if text.replace('"', "'") in ("__name__ == '__main__'", "'__main__' == __name__"):
                    body = []
                    for part in node.body:
                        found = self.visit(part)
                        body += found if isinstance(found, list) else [found] if found is not None else []
                    return body or ast.Pass()
                return self.generic_visit(node)

            def is_runner(self, node):
                if not isinstance(node, ast.Call):
                    return False
                name = ast.unparse(node.func)
                if name in ("sys.exit", "exit", "SystemExit") and len(node.args) == 1:
                    return self.is_runner(node.args[0]) or not isinstance(node.args[0], ast.Call) and "result" in ast.unparse(node.args[0])
                return name in self.RUNNERS and name != "main" or name == "main" and "main" not in self.defined

            def visit_Expr(self, node):
                if self.is_runner(node.value):
                    return None
                return self.generic_visit(node)

            def visit_Call(self, node):
                if isinstance(node.func, ast.Name):
                    self.called.add(node.func.id)
                node = self.generic_visit(node)
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if (name.startswith("assert") or name in COMPARING) and len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args):
                    seen = ast.Call(ast.Name("__assay_compared__", ast.Load()), node.args, [])
                    node.args = [ast.copy_location(ast.Starred(ast.copy_location(seen, node), ast.Load()), node)]
                return node

            def visit_Assert(self, node):
                node = self.generic_visit(node)
                ran = ast.Expr(ast.Call(ast.Name("__assay_ran__", ast.Load()), [], []))
                return [ast.copy_location(ran, node), node]

            def visit_Compare(self, node):
                node = self.generic_visit(node)
                if len(node.ops) != 1:
                    return node
                name = {ast.Eq: "__assay_equal__", ast.NotEq: "__assay_differ__"}.get(type(node.ops[0]))
                if isinstance(node.ops[0], (ast.In, ast.NotIn)):
                    call = ast.Call(ast.Name("__assay_in__", ast.Load()), [node.left, node.comparators[0]], [])
                    if isinstance(node.ops[0], ast.NotIn):
                        call = ast.UnaryOp(ast.Not(), call)
                elif name is None:
                    kind = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}.get(type(node.ops[0]))
                    if kind is None:
                        return node
                    arguments = [node.left, node.comparators[0], ast.Name("__assay_" + kind + "__", ast.Load())]
                    call = ast.Call(ast.Name("__assay_order__", ast.Load()), arguments, [])
                else:
                    call = ast.Call(ast.Name(name, ast.Load()), [node.left, node.comparators[0]], [])
                return ast.copy_location(call, node)

        # Functions of libraries that compare what they are given.
        COMPARING = ("allclose", "array_equal", "array_equiv", "isclose", "is_close")

        def is_case(node):
            return any("TestCase" in ast.unparse(base) for base in node.bases)

        def functions_of(node):
            return [part for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]

        def touched_names(tree):
            "Names in whose place the tests themselves put something: they are not the program's to have replaced."
            found = set()
            for node in ast.walk(tree):
                if isinstance(node, (ast.Assign, ast.AugAssign, ast.Delete)):
                    targets = getattr(node, "targets", None) or [node.target]
                    parts = [target.value for target in targets if isinstance(target, (ast.Attribute, ast.Subscript))]
                elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in TOUCHING:
                    parts = node.args[:2]
                else:
                    continue
                for part in parts:
                    text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ast.unparse(part)
                    found.update(text.split("."))
            return found

        TOUCHING = ("setattr", "delattr", "setitem", "patch", "object", "dict", "multiple", "spy", "stub")

        class Suite:
            "A text of tests: what it defines, what it imports, what it wants to run."
            def __init__(self, source, entry):
                self.source, self.entry = source, entry
                tree = ast.parse(source, TESTS_FILE)
                prepared = Prepared()
                prepared.defined = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
                self.imports = []
                for node in ast.walk(tree):
                    if isinstance(node, ast.Import):
                        self.imports += [(alias.name, None) for alias in node.names]
                    elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                        self.imports.append((node.module, [alias.name for alias in node.names]))
                    elif isinstance(node, ast.ImportFrom) and node.level:
                        node.level = 0
                        node.module = node.module or "solution"
                        self.imports.append((node.module, [alias.name for alias in node.names]))
                self.touched = touched_names(tree)
                self.attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
                tree = prepared.visit(tree)
                for node in ast.walk(tree):
                    if isinstance(getattr(node, "body", None), list) and not node.body and not isinstance(node, ast.Module):
                        node.body = [ast.Pass()]
                ast.fix_missing_locations(tree)
                self.tree = tree
                self.called = prepared.called
                self.names, self.checks, self.wants_pytest = [], [], any(m.split(".")[0] in ("pytest", "_pytest") for m, _ in self.imports)
                local = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
                for node in tree.body:
                    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self.look_at(node)
                    elif isinstance(node, ast.ClassDef):
                        tests = [part for part in functions_of(node) if part.name.startswith("test")]
                        parents = [ast.unparse(base) for base in node.bases]
                        inherits = is_case(node) or any(p in local and is_case(local[p]) for p in parents)
                        if inherits or node.name.startswith("Test"):
                            self.names += [node.name + "." + part.name for part in tests]
                            self.wants_pytest = self.wants_pytest or bool(tests) and not inherits
                if entry == "[insert]":
                    self.names, self.checks, self.wants_pytest = [], [], False
                self.loads = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
                self.code = compile(tree, TESTS_FILE, "exec", dont_inherit=True)

            def look_at(self, node):
                arguments = [a.arg for a in node.args.posonlyargs + node.args.args][: None if not node.args.defaults
                                                                                      else -len(node.args.defaults)]
                if node.name in self.called and arguments:
                    return
                if arguments == ["candidate"] or node.name == "check" and len(arguments) == 1:
                    self.checks.append(node.name)
                elif node.name.startswith("test"):
                    if arguments and self.entry and arguments == [self.entry]:
                        self.checks.append(node.name)
                        return
                    self.names.append(node.name)
                    patches = any("patch" in ast.unparse(d) for d in node.decorator_list)
                    self.wants_pytest = self.wants_pytest or bool(arguments) and not patches

        def short(name):
            return name.split("[")[0]

        class Outcomes:
            def __init__(self):
                self.found, self.asserts = [], 0

            def add(self, name, kind, text=""):
                self.found.append((name, kind, text[:2000]))

            def ran(self):
                self.asserts += 1

        def kind_of_error(error):
            import unittest
            if isinstance(error, unittest.SkipTest) or type(error).__name__ == "Skipped":
                return "skip"
            return "fail" if isinstance(error, AssertionError) else "error"

        def describe(error):
            text = text_of(error).decode("utf-8", "replace")
            try:
                lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in (TESTS_FILE, PROGRAM_FILE)]
                if lines:
                    text += " (" + ("tests" if lines[-1].filename == TESTS_FILE else "solution") + ", line " + str(lines[-1].lineno) + ")"
            except Exception:
                pass
            return text

        def run_case(outcomes, name, call):
            try:
                value = call()
                if isinstance(value, types.CoroutineType):
                    import asyncio
                    asyncio.run(value)
                outcomes.add(name, "pass")
            except BaseException as error:
                outcomes.add(name, kind_of_error(error), describe(error))

        def case_result(outcomes):
            import unittest
            class Result(unittest.TestResult):
                def name(self, case):
                    case = getattr(case, "test_case", case)
                    return type(case).__name__ + "." + getattr(case, "_testMethodName", str(case))
                def addSuccess(self, case):
                    outcomes.add(self.name(case), "pass")
                def addFailure(self, case, error):
                    outcomes.add(self.name(case), "fail", describe(error[1]))
                def addError(self, case, error):
                    outcomes.add(self.name(case), "error", describe(error[1]))
                def addSkip(self, case, reason):
                    outcomes.add(self.name(case), "skip", reason)
                def addExpectedFailure(self, case, error):
                    outcomes.add(self.name(case), "pass")
                def addUnexpectedSuccess(self, case):
                    outcomes.add(self.name(case), "fail", "unexpected success")
                def addSubTest(self, case, part, error):
                    if error is not None:
                        outcomes.add(self.name(case), "fail" if issubclass(error[0], AssertionError) else "error", describe(error[1]))
            freeze([Result])
            return Result()

        def run_cases(module, suite, outcomes):
            "Functions and unittest's cases, in the order of the text."
            import unittest
            classes = [v for v in list(vars(module).values()) if isinstance(v, type) and issubclass(v, unittest.TestCase)
                       and v.__module__ in ("__main__", "tests") and v.__dict__.get("__test__", True)]
            loader = unittest.TestLoader()
            whole = unittest.TestSuite([loader.loadTestsFromTestCase(kind) for kind in classes])
            set_up, tear_down = vars(module).get("setUpModule"), vars(module).get("tearDownModule")
            if whole.countTestCases():
                whole.run(case_result(outcomes))
            elif set_up:
                set_up()
            for name, value in list(vars(module).items()):
                if name.startswith("test") and type(value) is types.FunctionType and name in suite.names:
                    run_case(outcomes, name, value)
            if tear_down and not whole.countTestCases():
                tear_down()

        def run_pytest(module, suite, outcomes, folder, guard):
            import pytest
            path = os.path.join(folder, "test_solution.py")

            class Tests(pytest.Module):
                def _getobj(self):
                    return module
                def _importtestmodule(self):
                    return module

            class Recorder:
                @pytest.hookimpl(tryfirst=True)
                def pytest_collect_file(self, file_path, parent):
                    if str(file_path) == path:
                        return Tests.from_parent(parent, path=file_path)
                    return None

                @pytest.hookimpl(tryfirst=True)
                def pytest_pyfunc_call(self, pyfuncitem):
                    call = pyfuncitem.obj
                    if not isinstance(getattr(call, "__code__", None), types.CodeType) or not call.__code__.co_flags & 0x80:
                        return None
                    import asyncio
                    names = pyfuncitem._fixtureinfo.argnames
                    asyncio.run(call(**{name: pyfuncitem.funcargs[name] for name in names}))
                    return True

                def pytest_runtest_makereport(self, item, call):
                    name = getattr(item, "originalname", None) or item.name
                    parent = getattr(item, "cls", None)
                    name = (parent.__name__ + "." if parent is not None else "") + short(name)
                    error = call.excinfo.value if call.excinfo is not None else None
                    if error is None:
                        if call.when == "call":
                            outcomes.add(name, "pass")
                    else:
                        kind = kind_of_error(error)
                        if kind != "skip" and item.get_closest_marker("xfail") is not None:
                            kind = "skip"
                        outcomes.add(name, kind, describe(error))
                    return None

                def pytest_collectreport(self, report):
                    if report.failed:
                        outcomes.add("module", "error", str(report.longrepr)[-600:])

                def pytest_sessionstart(self, session):
                    # A global that leads to the plugins.
                    import _pytest.debugging
                    _pytest.debugging.pytestPDB._config = _pytest.debugging.pytestPDB._pluginmanager = None

                @pytest.hookimpl(trylast=True)
                def pytest_collection_finish(self, session):
                    freeze(guard.late)

                @pytest.hookimpl(trylast=True)
                def pytest_sessionfinish(self, session):
                    freeze(guard.late, False)

            freeze([Tests, Recorder])
            with open(path, "w"):
                pass
            arguments = ["-p", "no:assertion", "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:doctest",
                         "-p", "no:junitxml", "-p", "no:pastebin", "-p", "no:stepwise", "--noconftest", "-c", os.devnull,
                         "--rootdir=" + folder, "--capture=sys", "-W", "ignore"]
            for plugin, words in (("pytest_mock", ("mocker",)), ("pytest_benchmark.plugin", ("benchmark",)),
                                  ("pytest_asyncio.plugin", ("pytest_asyncio",)), ("pytest_timeout", ("mark.timeout",))):
                if any(word in suite.source for word in words) and importlib.util.find_spec(plugin.split(".")[0]):
                    arguments += ["-p", plugin]
            for name in [name for name in os.environ if name.startswith("PYTEST")]:
                del os.environ[name]
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            where = os.getcwd()
            pytest.main(arguments + [path], plugins=[Recorder()])
            os.chdir(where)

        """#
}
