/// The part of the warm interpreter's program that keeps a program from what judges it, where both are in one process.
///
/// A stack ends, for the program, at itself; audit events that honest programs have no use for are refused and noted; the
/// functions of the machinery are compared with what they were before the program was read. What this cannot exclude is said
/// in `docs/code.md`.
enum PythonGuard {
    static let source = #"""
        PROGRAM_FILE = "/box/work/solution.py"
        TESTS_FILE = "/box/tests/tests.py"
        TRUSTED = tuple({os.path.realpath(p) + "/" for p in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))}
                        | {p + "/" for p in sys.argv[2].split(":") if p} | {os.path.dirname(os.__file__) + "/"})

        class Tampered(BaseException):
            "The program reached for what judges it."

        def protect(modules):
            "Every function of the modules that judge, and of their classes, as it is now: (owner, name, value, code)."
            kept = []
            plain_types = (types.FunctionType, types.BuiltinFunctionType, type, staticmethod, classmethod, property)
            for module in modules:
                names = vars(module)
                for name, value in list(names.items()):
                    if not isinstance(value, plain_types):
                        continue
                    kept.append((names, name, value, getattr(value, "__code__", None), module.__name__))
                    if isinstance(value, type) and value.__module__ == module.__name__:
                        for inner, part in list(vars(value).items()):
                            if isinstance(part, plain_types):
                                kept.append((value.__dict__, inner, part, getattr(part, "__code__", None), module.__name__))
            return kept

        JUDGES = ("unittest", "pytest", "_pytest", "pluggy", "numpy.testing", "pandas.testing", "pandas._testing", "doctest",
                  "operator", "math", "_operator", "asyncio.runners", "importlib", "_frozen_importlib", "traceback", "inspect")

        def judges():
            "The loaded modules whose functions decide a verdict."
            found = [m for n, m in list(sys.modules.items())
                     if type(m) is types.ModuleType and n.startswith(JUDGES) and not n.startswith(("mathx", "inspectx"))]
            return found

        FREE_BUILTINS = ("print", "input", "open", "_", "help", "exit", "quit", "license", "credits", "copyright")

        class Guard:
            "What the program may not reach: the tests' frames, the machinery, the channel. Made before the program is read."
            def __init__(self, text):
                self.text = text
                self.reason = None
                self.kept = protect(judges())
                self.builtins = {n: v for n, v in vars(builtins).items() if n not in FREE_BUILTINS}
                self.system = {(m, n): getattr(m, n) for m, n in (
                    (os, "_exit"), (os, "write"), (sys, "_getframe"), (sys, "exc_info"), (sys, "meta_path"), (sys, "path_hooks"),
                    (marshal, "dumps"), (types, "FunctionType"))}
                self.hooks = list(sys.meta_path)

            def say(self, reason):
                if self.reason is None:
                    self.reason = reason

            def changed(self, text):
                "The name of a function of the machinery that is another now; None when all are as they were."
                def is_patched(name):
                    return any(mark + name + mark in text or "." + name + mark in text for mark in ("'", '"'))

                for names, name, value, code, module in self.kept:
                    now = names.get(name)
                    if now is not value or (code is not None and value.__code__ is not code):
                        if not is_patched(name):
                            return module + "." + name
                for name, value in self.builtins.items():
                    if vars(builtins).get(name) is not value and not is_patched(name):
                        return "builtins." + name
                for (module, name), value in self.system.items():
                    if getattr(module, name, None) is not value and not is_patched(name):
                        return module.__name__ + "." + name
                if [h for h in sys.meta_path if h not in self.hooks and type(h).__module__ in ("solution", "__main__")]:
                    return "sys.meta_path"
                return None

        def install_guard(guard, trusted=TRUSTED, tests=TESTS_FILE):
            "Audit events and frames: a program sees a stack that ends at itself."
            frame_type = types.FrameType
            names = gc.get_referents(frame_type.__dict__)[0]
            get_back, get_locals, get_globals = names["f_back"].__get__, names["f_locals"].__get__, names["f_globals"].__get__
            get_code = names["f_code"].__get__
            ours = set()

            def getframe(depth):
                "As sys._getframe, which would be an audit event of its own."
                try:
                    raise LookupError
                except LookupError as error:
                    frame = get_back(error.__traceback__.tb_frame)
                for _ in range(depth):
                    frame = get_back(frame) if frame is not None else None
                return frame

            def is_hidden(frame):
                code = get_code(frame)
                return code.co_filename == tests or (code.co_filename == "<string>" and id(code) in ours)

            def asker(depth):
                "The nearest frame that is neither ours nor a library's; None when there is none up to the border."
                frame = getframe(depth)
                while frame is not None:
                    name = get_code(frame).co_filename
                    if is_hidden(frame):
                        return None
                    if not name.startswith(trusted) and not name.startswith("<frozen"):
                        return frame
                    frame = get_back(frame)
                return None

            def direct(depth, skip=()):
                "Whether the nearest frame outside `skip` is the program's."
                frame = getframe(depth)
                while frame is not None:
                    name = get_code(frame).co_filename
                    if name.endswith(skip) and skip:
                        frame = get_back(frame)
                        continue
                    return not is_hidden(frame) and not name.startswith(trusted) and not name.startswith("<frozen")
                return False

            def back(frame):
                found = get_back(frame)
                if found is None:
                    return None
                if is_hidden(found) and not is_hidden(frame):
                    name = get_code(frame).co_filename
                    if not name.startswith(trusted) or asker(2) is not None:
                        return None
                return found

            def hidden_part(get, empty):
                def part(frame):
                    if is_hidden(frame) and asker(2) is not None:
                        guard.say("it read a frame of the tests")
                        return empty()
                    return get(frame)
                return part

            def gather(code):
                ours.add(id(code))
                for const in code.co_consts:
                    if type(const) is types.CodeType:
                        gather(const)

            for value in list(globals().values()):
                if type(value) is types.FunctionType and value.__code__.co_filename == "<string>":
                    gather(value.__code__)
                elif isinstance(value, type) and value.__module__ == "__main__":
                    for method in vars(value).values():
                        if type(method) is types.FunctionType:
                            gather(method.__code__)
            part = hidden_part(get_locals, dict)
            names["f_back"] = property(back)
            names["f_locals"] = property(part)
            names["f_globals"] = property(hidden_part(get_globals, dict))
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(frame_type))

            denied = ("gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._current_frames", "sys._current_exceptions",
                      "sys.settrace", "sys.setprofile", "sys.addaudithook", "sys.monitoring.register_callback")
            helpers = ("/ctypes/__init__.py", "/ctypes/util.py", "/threading.py", "/inspect.py", "/bdb.py", "/pdb.py")

            def hook(event, arguments):
                if event == "sys._getframe" or event == "sys._getframemodulename":
                    if arguments and type(arguments[0]) is frame_type and is_hidden(arguments[0]) and direct(2):
                        guard.say("it took a frame of the tests")
                        raise ValueError("call stack is not deep enough")
                elif event in denied or event.startswith("ctypes."):
                    if direct(2, helpers):
                        guard.say("it used " + event)
                        raise RuntimeError(event + " is not for programs under test")
                elif event == "open":
                    path = arguments[0]
                    if type(path) is bytes:
                        path = path.decode("utf-8", "replace")
                    if type(path) is str and "proc/" in path and direct(2):
                        if path.endswith(("/mem", "/maps", "/environ", "/syscall", "/stack")):
                            guard.say("it opened " + path[:60])
                            raise PermissionError(13, "Permission denied")
                elif event == "object.__setattr__":
                    if type(arguments[0]) is types.FunctionType and direct(2):
                        code = arguments[0].__code__
                        if code.co_filename == tests or id(code) in ours or code.co_filename.startswith(trusted):
                            guard.say("it replaced the code of a function that is not its own")
                            raise RuntimeError("this function is not the program's")
                elif event == "compile" or event == "code.__new__":
                    name = arguments[1] if len(arguments) > 1 else None
                    if type(name) is str and (name.startswith(trusted) or name == tests) and direct(2):
                        guard.say("it made code under another file's name")
                        raise RuntimeError("this name is not the program's")
                elif event == "import" and len(arguments) > 1 and type(arguments[1]) is str:
                    if arguments[1].startswith(("/box/", "/tmp/", "/dev/shm/")):
                        guard.say("it loaded machine code of its own")
                        raise ImportError("a program may not bring machine code")
            sys.addaudithook(hook)

        class Sentinel:
            "Equal to nothing but itself."

        def equality(guard):
            "Comparisons that no object of the program decides alone: what is equal to everything is found out."
            get_type = type
            trusted = TRUSTED

            def decides(value):
                for kind in get_type(value).__mro__:
                    method = kind.__dict__.get("__eq__")
                    # The library's own wildcard: only tests that speak of it mean it.
                    if kind.__name__ == "_ANY" and kind.__module__ == "unittest.mock":
                        return "ANY" not in guard.text
                    if method is not None:
                        code = getattr(method, "__code__", None)
                        if code is None:
                            return get_type(method) is not get_type(object.__eq__)
                        return not code.co_filename.startswith(trusted)
                return False

            def others(value):
                kind = get_type(value)
                seed = int.from_bytes(os.urandom(4), "little") | 1
                if kind in (int, float):
                    return [value + seed, value - seed * 3 - 1, kind(seed)]
                if kind is bool or value is None:
                    return [seed]
                if kind is str:
                    return [value + str(seed), str(seed), value[::-1] + "?" + str(seed)]
                if kind is list:
                    return [value + [seed], [seed], [Sentinel()]]
                if kind is tuple:
                    return [value + (seed,), (seed,), (Sentinel(),)]
                if kind is dict:
                    return [{seed: seed}, {**value, seed: seed}]
                if kind in (set, frozenset):
                    return [value | {seed}, kind([seed])]
                return []

            def near(value):
                "Values beside one, to which what is equal to it is not: a number's neighbours, a text with more or less."
                kind = get_type(value)
                if kind in (int, float):
                    return [value + 1, value - 1]
                if kind is bool:
                    return [not value]
                if kind in (str, bytes):
                    return [value + value[:1] + kind(b"q" if kind is bytes else "q"), value[:-1]] if value else []
                return []

            def holds(a, b):
                try:
                    return bool(a == b)
                except Exception:
                    return False

            def look(a, b, depth):
                if depth > 6:
                    return
                for one, other in ((a, b), (b, a)):
                    if decides(one):
                        if holds(one, Sentinel()) and not decides(other):
                            guard.say("an object of " + get_type(one).__name__ + " is equal to everything")
                            return
                        tries = others(other)
                        if holds(one, other) and any([holds(one, value) for value in near(other)]):
                            guard.say("an object of " + get_type(one).__name__ + " is equal to several values")
                            return
                        if len(tries) > 1 and all([holds(one, value) for value in tries]):
                            guard.say("an object of " + get_type(one).__name__ + " is equal to everything")
                            return
                if get_type(a) in (list, tuple) and isinstance(b, (list, tuple)):
                    for one, other in list(zip(a, b))[:200]:
                        look(one, other, depth + 1)
                elif get_type(a) is dict and isinstance(b, dict):
                    for key in list(a)[:200]:
                        if key in b:
                            look(a[key], b[key], depth + 1)

            def equal(a, b):
                answer = a == b
                if get_type(answer) is bool and not answer:
                    return answer
                look(a, b, 0)
                return answer

            def differ(a, b):
                look(a, b, 0)
                return a != b

            def order(a, b, operation):
                answer = operation(a, b)
                if answer is True and (decides(a) or decides(b)):
                    look(a, b, 0)
                return answer

            return equal, differ, order

        """#
}
