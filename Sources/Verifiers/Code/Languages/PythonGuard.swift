/// The part of the warm interpreter's program that keeps a program from what judges it, where both are in one process.
///
/// The classes that judge cannot be changed; their modules, and the functions that the tests call, are compared with what they
/// were before the program was read. `PythonWalls` keeps the program from finding them. What this cannot exclude is said in
/// `docs/code.md`.
enum PythonGuard {
    static let source = #"""
        PROGRAM_FILE = "/box/work/solution.py"
        TESTS_FILE = "/box/tests/tests.py"
        TRUSTED = tuple({os.path.realpath(p) + "/" for p in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))}
                        | {p + "/" for p in sys.argv[2].split(":") if p} | {os.path.dirname(os.__file__) + "/"})

        class Tampered(BaseException):
            "The program reached for what judges it."

        # numpy's own functions are of a kind of theirs.
        NUMPY_FUNCTION = "_ArrayFunctionDispatcher"
        PLAIN_TYPES = (types.FunctionType, types.BuiltinFunctionType, type, staticmethod, classmethod, property)

        def protect(modules):
            "Every function of the modules that judge, and of their classes, as it is now: (owner, name, value, code)."
            kept, kinds = [], []
            for module in modules:
                names = vars(module)
                for name, value in list(names.items()):
                    if not isinstance(value, PLAIN_TYPES) and type(value).__name__ != NUMPY_FUNCTION:
                        continue
                    kept.append((names, name, value, getattr(value, "__code__", None), module.__name__))
                    if isinstance(value, type) and value.__module__ == module.__name__:
                        kinds.append(value)
                        for inner, part in list(vars(value).items()):
                            if isinstance(part, PLAIN_TYPES):
                                kept.append((value.__dict__, inner, part, getattr(part, "__code__", None), module.__name__))
            return kept, kinds

        def called(modules, attributes):
            "What the tests call of the modules that they import, and the functions that stand beside it: as `protect`."
            kept, seen = [], set()
            for module in modules:
                inner = [part for name, part in list(vars(module).items()) if name in attributes and type(part) is types.ModuleType]
                owners = [vars(owner) for owner in [module] + inner]
                owners += [vars(kind) for names in list(owners) for kind in list(names.values()) if isinstance(kind, type)]
                for names in owners:
                    for name in attributes & names.keys():
                        value = names[name]
                        if not callable(value):
                            continue
                        kept.append((names, name, value, getattr(value, "__code__", None), module.__name__))
                        beside = getattr(getattr(value, "__wrapped__", getattr(value, "_implementation", value)), "__globals__", None)
                        if type(beside) is dict and id(beside) not in seen and beside.get("__name__") not in ("__main__", "tests"):
                            seen.add(id(beside))
                            kept += [(beside, other, part, part.__code__, module.__name__) for other, part in list(beside.items())
                                     if isinstance(part, types.FunctionType)]
            return kept

        def freeze(kinds, is_still=True):
            "Sets Python's own mark of types that nobody changes (3.10 and later) on classes that judge, or takes it away."
            for kind in kinds:
                flags = ctypes.c_ulong.from_address(id(kind) + 168)
                if sys.version_info >= (3, 10) and flags.value == kind.__flags__:
                    flags.value = flags.value | 1 << 8 if is_still else flags.value & ~(1 << 8)

        def version(names):
            "What changes with every change of a dictionary, undone or not, in Pythons that count them (up to 3.13)."
            return ctypes.c_uint64.from_address(id(names) + 24).value if sys.version_info < (3, 14) else 0

        JUDGES = ("unittest", "pytest", "_pytest", "pluggy", "numpy.testing", "numpy._core.numeric",
                  "numpy._core.fromnumeric", "numpy.core.numeric", "numpy.core.fromnumeric", "pandas.testing", "pandas._testing", "doctest",
                  "operator", "math", "_operator", "asyncio.runners", "importlib", "_frozen_importlib", "_frozen_importlib_external",
                  "traceback", "inspect")

        def judges():
            "The loaded modules whose functions decide a verdict."
            return {name: module for name, module in list(sys.modules.items())
                    if type(module) is types.ModuleType and any(name == judge or name.startswith(judge + ".") for judge in JUDGES)}

        # The judges that were loaded before the fork, their parts and their classes.
        KNOWN, KNOWN_PARTS, KNOWN_KINDS, OURS = set(), [], [], "_baseAssertEqual"

        def know():
            found = judges()
            parts, kinds = protect(found.values())
            KNOWN.update(found)
            # One of unittest's is ours in every run.
            KNOWN_PARTS.extend(part for part in parts if part[1] != OURS)
            KNOWN_KINDS.extend(kinds)

        FREE_BUILTINS = ("print", "input", "open", "_", "help", "exit", "quit", "license", "credits", "copyright")

        # Modules of single files that nobody has a reason to change while tests run.
        STILL = ("builtins", "pytest", "_pytest.python_api", "_pytest.raises", "unittest.case", "unittest.util", "math", "operator",
                 "numpy.testing._private.utils")

        def is_patched(name, text):
            "Whether the tests themselves speak of replacing it."
            return any(mark + name + mark in text or "." + name + mark in text for mark in ("'", '"'))

        class Guard:
            "What the program may not reach: the tests' frames, the machinery, the channel. Made before the program is read."
            def __init__(self, text, touched):
                self.text, self.touched = text, touched
                # A tampering that is certain; one that may be honest.
                self.reason = self.doubt = None
                self.kept, self.modules, self.called, self.versions, self.hooks = [], {}, [], [], list(sys.meta_path)
                self.builtins, self.system, self.late = {}, {}, []

            def seal(self, suite):
                # What was loaded before the fork was looked at there.
                fresh = [module for name, module in judges().items() if name not in KNOWN]
                kept, kinds = protect(fresh)
                case = sys.modules["unittest"].TestCase
                self.kept = [KNOWN_PARTS, kept, [(vars(case), OURS, vars(case)[OURS], None, "unittest.case")]]
                kinds += KNOWN_KINDS + [kind for kind in globals().values() if isinstance(kind, type) and kind.__module__ == "__main__"]
                kinds = [kind for kind in kinds if kind.__name__ not in self.touched]
                # pytest and its plugins change its classes until all tests are collected.
                self.late = [kind for kind in kinds if kind.__module__.startswith(("_pytest", "pluggy"))]
                freeze([kind for kind in kinds if kind not in self.late])
                asked = {name: sys.modules[name] for name, _ in suite.imports if getattr(sys.modules.get(name), "__spec__", None)}
                self.modules = {**asked, **judges()}
                self.called = called(asked.values(), suite.attributes)
                self.builtins = {n: v for n, v in vars(builtins).items() if n not in FREE_BUILTINS}
                self.system = {(m, n): getattr(m, n) for m, n in (
                    (os, "_exit"), (os, "write"), (sys, "_getframe"), (sys, "exc_info"), (sys, "meta_path"), (sys, "path_hooks"),
                    (marshal, "dumps"), (types, "FunctionType"))}

            def say(self, reason):
                if self.reason is None:
                    self.reason = reason

            def wonder(self, doubt):
                if self.doubt is None:
                    self.doubt = doubt

            def watch(self):
                "From here on the modules that judge stay as they are."
                # A session of doctest keeps its last value among the built-ins.
                modules = [sys.modules[name] for name in STILL
                           if name in sys.modules and (name != "builtins" or ">>>" not in self.text)]
                self.versions = [(module, version(vars(module))) for module in modules]

            def look_back(self, text):
                "Whether something was other than it should be for a while, or is no part of the machinery but called by the tests."
                for module, before in self.versions:
                    if version(vars(module)) != before and module.__name__.split(".")[-1] not in self.touched:
                        self.wonder("the module " + module.__name__ + " was changed while the tests ran")
                found = self.replaced([self.called], text)
                if found:
                    self.wonder("it replaced " + found)

            def replaced(self, kept, text):
                for names, name, value, code, module in itertools.chain(*kept):
                    now = names.get(name)
                    if now is not value or (code is not None and value.__code__ is not code):
                        if not is_patched(name, text):
                            return module + "." + name
                return None

            def changed(self, text):
                "The name of a function of the machinery that is another now; None when all are as they were."
                found = self.replaced(self.kept, text)
                if found:
                    return found
                for name, module in self.modules.items():
                    if sys.modules.get(name) is not module and not is_patched(name, text):
                        return "the module " + name
                for name, value in self.builtins.items():
                    if vars(builtins).get(name) is not value and not is_patched(name, text):
                        return "builtins." + name
                for (module, name), value in self.system.items():
                    if getattr(module, name, None) is not value and not is_patched(name, text):
                        return module.__name__ + "." + name
                if [h for h in sys.meta_path if h not in self.hooks and type(h).__module__ in ("solution", "__main__")]:
                    return "sys.meta_path"
                return None

        """#
}
