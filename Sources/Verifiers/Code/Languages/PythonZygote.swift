/// The warm interpreter's program: waits in the worker, forks once per run, and in the child runs one program.
///
/// The child gives up everything before it reads the program. It knows no expected value: in `functional` mode it
/// returns what the calls returned, as marshal version 2 (exact built-in types, written by the C encoder), for the host
/// to compare. Names that the program could patch are kept as locals; whoever patches them anyway can only change what
/// is returned, never what is expected.
enum PythonZygote {
    /// Records on the result channel: kind, index (32 bits), length (32 bits), payload.
    enum Record {
        /// The program was loaded; its calls follow.
        static let loaded = UInt8(ascii: "L")
        /// A call returned; payload is the value.
        static let value = UInt8(ascii: "V")
        /// A call returned; payload is the value as JSON, from runtimes that have no marshal.
        static let json = UInt8(ascii: "J")
        /// A call returned something that is no plain value; payload is its type's name.
        static let opaque = UInt8(ascii: "O")
        /// A call raised; payload is the exception.
        static let raised = UInt8(ascii: "E")
        /// Memory was exhausted.
        static let memory = UInt8(ascii: "M")
        /// The program is not Python; payload is the error.
        static let syntax = UInt8(ascii: "S")
        /// The entry point is missing; payload is its name.
        static let missing = UInt8(ascii: "N")
    }

    /// Modules imported before the first fork: a program's `import` of them costs nothing.
    static let preloaded = [
        "abc", "array", "ast", "atexit", "base64", "bisect", "builtins", "cmath", "codecs", "collections",
        "collections.abc", "contextlib", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools",
        "gc", "heapq", "inspect", "io", "itertools", "json", "math", "numbers", "operator", "os", "queue",
        "random", "re", "string", "struct", "sys", "textwrap", "threading", "time", "traceback", "types", "typing",
        "statistics", "unicodedata",
    ]

    /// The whole program.
    static let source =
        setup + PythonNodes.source + PythonGuard.source + PythonWalls.source + PythonComparisons.source
        + PythonSuite.source + PythonTogether.source + loop

    private static let setup = #"""
        import sys, os, gc, marshal, builtins, ctypes, resource, socket, struct, array, atexit, threading, types
        import ast, collections, importlib.util, itertools, linecache, re, traceback
        # Nothing is imported from the folder that programs write to.
        sys.path[:] = [path for path in sys.path if path]
        for name in sys.argv[1].split(","):
            try:
                __import__(name)
            except ImportError:
                pass
        for path in sys.argv[2].split(":"):
            if path:
                import site
                site.addsitedir(path)

        os.environ.pop("LD_BIND_NOW", None)
        libc = ctypes.CDLL(None, use_errno=True)
        channel = socket.socket(fileno=3)

        class Header(ctypes.Structure):
            _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

        no_capabilities = (ctypes.c_uint32 * 6)()
        capability_header = Header(0x20080522, 0)

        def check(result, what):
            if result != 0:
                raise OSError(ctypes.get_errno(), what)

        def confine(fds, order, directory):
            is_open = order[1]
            os.setpgid(0, 0)
            for target in range(4):
                os.dup2(fds[target], target)
            os.closerange(4, max(fds) + 64)
            os.chdir(directory)
            for kind, value in zip(RESOURCES, order[2:9]):
                if value == 0xFFFFFFFFFFFFFFFF or (is_open and kind == resource.RLIMIT_NPROC):
                    continue
                resource.setrlimit(kind, (value, value))
            if is_open:
                libc.prctl(1, 9, 0, 0, 0)
            else:
                check(libc.capset(ctypes.byref(capability_header), no_capabilities), "capset")

        RESOURCES = (
            resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE,
            resource.RLIMIT_NPROC, resource.RLIMIT_STACK, resource.RLIMIT_CORE)

        PRELUDE = {}
        exec(
            "import math, heapq, bisect, collections, itertools, functools, operator, string, re, random, json, copy\n"
            "import sys, os, time, datetime\n"
            "from typing import *\nfrom collections import *\nfrom itertools import *\nfrom functools import *\n"
            "from heapq import *\nfrom bisect import *\nfrom math import inf, gcd, ceil, floor, sqrt\n",
            PRELUDE)
        PRELUDE.pop("__builtins__", None)
        # Made here and not after the fork: to fill it there would copy the page of every name's object.
        PRELUDED = types.ModuleType("solution")
        PRELUDED.__dict__.update(PRELUDE)

        def plain(value, depth, dumps=marshal.dumps):
            "The value with every subclass of a built-in type replaced by its base's data; raises ValueError."
            if depth > 100:
                raise ValueError
            kind = type(value)
            if value is None or value is Ellipsis or kind in (bool, int, float, complex, str, bytes):
                return value
            if issubclass(kind, bool) or issubclass(kind, int):
                return int.__add__(value, 0)
            if issubclass(kind, float):
                return float.__pos__(value)
            if issubclass(kind, str):
                return str.__add__("", value) if kind is str else "".join(str.__iter__(value))
            if issubclass(kind, (bytes, bytearray)):
                return bytes(memoryview(value))
            if issubclass(kind, tuple):
                return tuple([plain(item, depth + 1) for item in tuple.__iter__(value)])
            if issubclass(kind, list):
                return [plain(item, depth + 1) for item in list.__iter__(value)]
            if issubclass(kind, dict):
                return {plain(k, depth + 1): plain(v, depth + 1) for k, v in dict.items(value)}
            if issubclass(kind, set):
                return {plain(item, depth + 1) for item in set.__iter__(value)}
            if issubclass(kind, frozenset):
                return frozenset([plain(item, depth + 1) for item in frozenset.__iter__(value)])
            module = getattr(kind, "__module__", "")
            if module == "numpy":
                return plain(value.tolist(), depth + 1)
            if module == "fractions" or module == "decimal":
                return number(value)
            raise ValueError

        def number(value):
            numerator, denominator = value.as_integer_ratio()
            if denominator == 1:
                return int.__add__(numerator, 0)
            return numerator / denominator

        def text_of(error):
            try:
                text = str(error)
            except BaseException:
                text = ""
            name = type(error).__name__
            return (name + ": " + text if text else name)[:500].encode("utf-8", "replace")

        def read_input():
            parts = []
            while part := os.read(0, 1 << 15):
                parts.append(part)
            os.close(0)
            os.open("/dev/null", os.O_RDONLY)
            return b"".join(parts)

        def functional():
            dumps, write, pack, leave, base = marshal.dumps, os.write, struct.pack, os._exit, BaseException
            syntax_error, memory_error, value_error, as_plain = SyntaxError, MemoryError, ValueError, plain
            length_of, describe, kind_of, get, loaded = len, text_of, type, dict.get, sys.modules
            buffers = (array.array, memoryview)

            def send(kind, index, payload):
                record = kind + pack("<II", index, length_of(payload)) + payload
                while record:
                    record = record[write(3, record):]

            request = read_input()
            source, prelude, calls, module_name, prompt = marshal.loads(request)
            del request
            module = PRELUDED if prelude else types.ModuleType(module_name)
            names = module.__dict__
            names["__builtins__"] = builtins
            sys.modules[module_name] = module
            sys.argv = ["solution.py"]
            gc.enable()
            has_nodes = node_classes(source, names)
            to_nodes, from_nodes = with_nodes, without_nodes
            try:
                exec(compiled(source, prompt)[0], names)
            except syntax_error as error:
                send(b"S", 0, describe(error))
                leave(1)
            except memory_error:
                send(b"M", 0, b"")
                leave(1)
            except base as error:
                send(b"E", 0xFFFFFFFF, describe(error))
                leave(1)
            send(b"L", 0, b"")
            index = 0
            for name, arguments, keywords in calls:
                target = get(names, name)
                owner = get(names, "Solution")
                try:
                    if (target is None or get(PRELUDE, name) is target) and kind_of(owner) is kind_of:
                        target = getattr(owner(), name, None)
                    if target is None:
                        send(b"N", index, name.encode("utf-8", "replace"))
                        leave(1)
                    if has_nodes:
                        arguments, returns_nodes = to_nodes(target, arguments, names)
                    value = target(*arguments, **keywords)
                    if has_nodes:
                        value = from_nodes(value, returns_nodes, names)
                    try:
                        try:
                            # What offers its bytes is written as bytes: only where no such thing is there.
                            if "numpy" in loaded or kind_of(value) in buffers:
                                raise value_error
                            payload = dumps(value, 2)
                        except value_error:
                            payload = dumps(as_plain(value, 0), 2)
                        send(b"V", index, payload)
                    except (value_error, RecursionError, TypeError, AttributeError):
                        send(b"O", index, kind_of(value).__name__.encode("utf-8", "replace")[:200])
                except memory_error:
                    send(b"M", index, b"")
                    leave(1)
                except base as error:
                    send(b"E", index, describe(error))
                    leave(1)
                index += 1
            try:
                sys.stdout.flush()
            except base:
                pass
            leave(0)

        def script(arguments):
            leave, base, syntax_error, write = os._exit, BaseException, SyntaxError, os.write
            code = 0
            main = types.ModuleType("__main__")
            path = os.path.join(os.getcwd(), "main.py")
            names = main.__dict__
            names["__builtins__"] = builtins
            names["__file__"] = path
            sys.modules["__main__"] = main
            sys.argv = [path] + [word.decode() for word in arguments]
            sys.path.insert(0, os.getcwd())
            with open(path, "rb") as stream:
                source = stream.read()
            gc.enable()

            def report(error):
                # Without the line of ours that started the program.
                traceback = error.__traceback__
                traceback = traceback.tb_next if traceback is not None else None
                sys.excepthook(type(error), error.with_traceback(traceback), traceback)

            try:
                try:
                    compiled = compile(source, path, "exec", 0, True)
                except (syntax_error, value_error) as error:
                    write(3, b"S")
                    report(error)
                    leave(1)
                os.close(3)
                exec(compiled, names)
            except SystemExit as error:
                code = error.code
                if code is None:
                    code = 0
                elif not isinstance(code, int):
                    print(code, file=sys.stderr)
                    code = 1
            except base as error:
                code = 1
                try:
                    report(error)
                except base:
                    pass
            # What the interpreter does at its end: join threads, run exit hooks, destroy globals, flush.
            try:
                threading._shutdown()
                atexit._run_exitfuncs()
                names.clear()
                gc.collect()
            except base:
                pass
            for stream in (sys.stdout, sys.__stdout__, sys.stderr):
                try:
                    stream.flush()
                except base:
                    code = code or 120
            leave(code & 0xFF)

        value_error = ValueError

        """#

    private static let loop = #"""
        def child(fds, order, words, directory):
            try:
                confine(fds, order, directory)
            except BaseException as error:
                try:
                    os.write(fds[3], b"F" + repr(error).encode())
                finally:
                    os._exit(125)
            channel.detach()
            if words[0] == b"script":
                script(words[1:])
            functional() if words[0] == b"functional" else together()

        def warm():
            "What tests are run with, once: the first text of tests pays for it."
            for name in ("unittest", "unittest.mock", "doctest", "asyncio", "pytest"):
                try:
                    __import__(name)
                except ImportError:
                    pass
            know()
            gc.collect()
            gc.freeze()

        is_warm = False

        # Without what Python does after a fork, which touches hundreds of pages: nothing here holds a lock or a thread.
        fork = ctypes.PyDLL(None, use_errno=True).fork
        gc.disable()
        gc.collect()
        gc.freeze()
        ORDER = struct.Struct("<II8Q256s64s")
        ENDING = struct.Struct("<iiIIQQ64s")
        while True:
            message, ancillary, flags, address = channel.recvmsg(ORDER.size, socket.CMSG_SPACE(6 * 4))
            if not message:
                os._exit(0)
            order = ORDER.unpack(message)
            fds = array.array("i")
            for level, kind, data in ancillary:
                fds.frombytes(data)
            error = 0
            if not is_warm and order[10].startswith(b"together"):
                is_warm = True
                warm()
            if len(fds) > 4 and libc.setns(fds[4], 0x20000000) != 0:
                error = ctypes.get_errno()
            else:
                pid = fork()
                if pid == 0:
                    child(fds, order[:10], order[10][:order[0] - 1].split(b"\0"), order[11].rstrip(b"\0"))
                elif pid < 0:
                    error = ctypes.get_errno()
            for fd in fds:
                os.close(fd)
            if error:
                channel.send(ENDING.pack(0, error, 1, 0, 0, 0, b"fork the program"))
                continue
            _, status, usage = os.wait4(pid, 0)
            used = int((usage.ru_utime + usage.ru_stime) * 1000000)
            channel.send(ENDING.pack(status, 0, 0, 0, used, usage.ru_maxrss * 1024, b""))
        """#
}
