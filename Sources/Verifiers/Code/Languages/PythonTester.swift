/// The part of the warm interpreter's program that runs tests which are a program of their own.
///
/// The child splits in two before anything is loaded. The lower process loads the program under test and serves calls;
/// the upper one, which it can neither read nor trace, runs the tests with stand-ins for the program's functions. What
/// comes back is data: objects of the program's own classes stay below and are only referred to, so no method of theirs
/// is ever asked whether it is equal to anything.
enum PythonTester {
    static let source = #"""
        class Remote:
            "An object of the program under test, in the lower process."
            __slots__ = ("_link", "_number")

            def __init__(self, link, number):
                object.__setattr__(self, "_link", link)
                object.__setattr__(self, "_number", number)

            def __getattr__(self, name):
                if name.startswith("__") and name != "__dict__":
                    raise AttributeError(name)
                return object.__getattribute__(self, "_link").ask("get", self, [name], {})

            def __setattr__(self, name, value):
                self._link.ask("set", self, [name, value], {})

            def __call__(self, *arguments, **keywords):
                return self._link.ask("call", self, list(arguments), keywords)

            def __len__(self):
                return self._link.ask("len", self, [], {})

            def __bool__(self):
                return True

            def __iter__(self):
                return iter(self._link.ask("list", self, [], {}))

        class Link:
            "Both processes' ends: messages are marshalled, with references where a value is not plain."
            def __init__(self, source, target, objects):
                self.source, self.target, self.objects = source, target, objects
                self.loads, self.dumps, self.read, self.write = marshal.loads, marshal.dumps, os.read, os.write

            def wrap(self, value):
                try:
                    return (0, self.loads(self.dumps(value, 2)))
                except ValueError:
                    pass
                if type(value) is Remote:
                    return (1, value._number)
                if type(value) in (list, tuple):
                    return (2 if type(value) is list else 3, [self.wrap(item) for item in value])
                try:
                    return (0, plain(value, 0))
                except (ValueError, RecursionError, TypeError, AttributeError):
                    if self.objects is None:
                        raise TypeError("the tests pass what cannot be passed: " + type(value).__name__)
                    self.objects.append(value)
                    return (1, len(self.objects) - 1)

            def unwrap(self, wrapped):
                kind, value = wrapped
                if kind == 0:
                    return value
                if kind == 1:
                    return Remote(self, value) if self.objects is None else self.objects[value]
                items = [self.unwrap(item) for item in value]
                return items if kind == 2 else tuple(items)

            def send(self, message):
                data = self.dumps(message, 2)
                data = struct.pack("<I", len(data)) + data
                while data:
                    data = data[self.write(self.target, data):]

            def take(self, count):
                data = b""
                while len(data) < count:
                    part = self.read(self.source, count - len(data))
                    if not part:
                        raise EOFError("the program ended before its tests were done")
                    data += part
                return data

            def receive(self):
                (count,) = struct.unpack("<I", self.take(4))
                if count > 64 << 20:
                    raise ValueError("the program returned too much")
                return self.loads(self.take(count))

            def ask(self, verb, target, arguments, keywords):
                number = target._number if type(target) is Remote else target
                self.send((verb, number, [self.wrap(item) for item in arguments],
                           [(name, self.wrap(item)) for name, item in keywords.items()]))
                answer = self.receive()
                if answer[0] == "error":
                    kind = getattr(builtins, answer[1], None)
                    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
                        kind = type(answer[1], (Exception,), {})
                    raise kind(answer[2])
                for place, state in answer[2]:
                    argument, state = arguments[place], self.unwrap(state)
                    if type(argument) is list and type(state) is list:
                        argument[:] = state
                    elif type(argument) in (dict, set) and type(state) is type(argument):
                        argument.clear()
                        argument.update(state)
                return self.unwrap(answer[1])

        def serve_calls(link, program):
            "The lower process: loads the program, then makes the calls that it is asked for."
            objects = link.objects
            module = types.ModuleType("solution")
            names = module.__dict__
            names["__builtins__"] = builtins
            sys.modules["solution"] = module
            exec(compile(program, "solution.py", "exec", 0, True), names)
            link.send([(name, link.wrap(value)) for name, value in list(names.items())
                       if not name.startswith("__") and type(value) is not types.ModuleType])
            base, text = BaseException, text_of
            while True:
                verb, number, arguments, keywords = link.receive()
                arguments = [link.unwrap(item) for item in arguments]
                try:
                    before = [link.wrap(item) for item in arguments]
                    target = objects[number]
                    if verb == "call":
                        value = target(*arguments, **{name: link.unwrap(item) for name, item in keywords})
                    elif verb == "get":
                        value = getattr(target, arguments[0])
                    elif verb == "set":
                        value = setattr(target, arguments[0], arguments[1])
                    elif verb == "len":
                        value = len(target)
                    else:
                        value = list(target)
                    changed = []
                    for place, item in enumerate(arguments):
                        after = link.wrap(item)
                        if after[0] == 0 and after != before[place]:
                            changed.append((place, after))
                    link.send(("value", link.wrap(value), changed))
                except base as error:
                    link.send(("error", type(error).__name__, text(error).decode("utf-8", "replace")))

        def run_tests(source, entry, names):
            "Runs assertions, check(candidate), test functions and unittest cases; raises what they raise."
            module = types.ModuleType("tests")
            # A program that calls a function of its own `str` does not change what the tests mean by it.
            module.__dict__.update((name, value) for name, value in names.items() if not hasattr(builtins, name))
            module.__dict__["candidate"] = names.get(entry)
            sys.modules["tests"] = module
            exec(compile(source, "tests.py", "exec", 0, True), module.__dict__)
            found = module.__dict__
            if entry and "check" in found and "check(" + entry not in source.replace(" ", ""):
                found["check"](names[entry])
            count = 0
            if "unittest" in source:
                import unittest
                suite = unittest.defaultTestLoader.loadTestsFromModule(module)
                result = unittest.TestResult()
                suite.run(result)
                count = result.testsRun
                for case, text in result.errors + result.failures:
                    raise AssertionError(str(case) + "\n" + text)
            for name, value in list(found.items()):
                if name.startswith("test") and type(value) is types.FunctionType and value.__module__ == "tests":
                    value()
                    count += 1
            if "assert" not in source and count == 0:
                raise AssertionError("the tests hold no test")

        def tests():
            write, leave = os.write, os._exit

            def send(kind, payload):
                write(3, kind + struct.pack("<II", 0, len(payload)) + payload)

            def part():
                size = b""
                while len(size) < 4:
                    size += os.read(0, 4 - len(size))
                data = b""
                while len(data) < struct.unpack("<I", size)[0]:
                    data += os.read(0, struct.unpack("<I", size)[0] - len(data))
                return marshal.loads(data)

            program = part()
            gc.enable()
            down, up = os.pipe(), os.pipe()
            # The lower process must not read this one's memory or descriptors.
            libc.prctl(4, 0, 0, 0, 0)
            lower = os.fork()
            if lower == 0:
                try:
                    link = Link(down[0], up[1], [])
                    for fd in (0, 3, down[1], up[0]):
                        os.close(fd)
                    os.open("/dev/null", os.O_RDONLY)
                    libc.prctl(4, 1, 0, 0, 0)
                    serve_calls(link, program)
                except SyntaxError as error:
                    link.send(("syntax", text_of(error).decode("utf-8", "replace")))
                except BaseException as error:
                    link.send(("raised", text_of(error).decode("utf-8", "replace")))
                finally:
                    leave(1)
            os.close(down[0])
            os.close(up[1])
            source, entry = part()
            link = Link(up[0], down[1], None)
            try:
                names = link.receive()
                if type(names) is tuple:
                    send(b"S" if names[0] == "syntax" else b"E", names[1].encode("utf-8", "replace"))
                    leave(1)
                run_tests(source, entry, {name: link.unwrap(value) for name, value in names})
            except AssertionError as error:
                send(b"A", text_of(error))
            except BaseException as error:
                send(b"E", text_of(error))
            else:
                send(b"T", b"")
            leave(0)

        """#
}
