/// The part of the warm interpreter's program that keeps a program from seeing what judges it.
///
/// A stack ends, for the program, at itself; functions, suspended calls and classes that are the tests' or ours lead nowhere;
/// audit events that honest programs have no use for are refused and noted.
enum PythonWalls {
    static let source = #"""
        def install_guard(guard, trusted=TRUSTED, tests=TESTS_FILE):
            "Audit events and frames: a program sees a stack that ends at itself."
            frame_type = types.FrameType
            members = lambda kind: gc.get_referents(kind.__dict__)[0]
            names = members(frame_type)
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

            def is_ours(code):
                return code.co_filename == tests or (code.co_filename == "<string>" and id(code) in ours)

            def is_hidden(frame):
                return is_ours(get_code(frame))

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

            # Files of the library that read frames for what they print, and hand on nothing of them.
            readers = ("/traceback.py", "/linecache.py", "/warnings.py", "/logging/__init__.py", "/asyncio/coroutines.py",
                       "/asyncio/base_tasks.py")

            def hidden_part(get, empty):
                def part(frame):
                    if is_hidden(frame) and asker(2) is not None:
                        if get_code(getframe(1)).co_filename.endswith(readers):
                            return empty()
                        guard.say("it read a frame of the tests")
                        return empty()
                    return get(frame)
                return part

            def hidden_code(get, is_foreign):
                def part(value):
                    if is_foreign(value) and asker(2) is not None and not get_code(getframe(1)).co_filename.endswith(readers):
                        if direct(2):
                            guard.say("it read into a function of the tests")
                        raise AttributeError("this is no part of the program")
                    return get(value)
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
            names["f_code"] = property(hidden_code(get_code, is_hidden))
            modified = [frame_type]

            # Functions and suspended calls of the tests and of ours lead to all that judges.
            function_type = types.FunctionType
            functions = members(function_type)
            code_of = functions["__code__"].__get__
            for name in ("__globals__", "__closure__"):
                functions[name] = property(hidden_code(functions[name].__get__, lambda function: is_ours(code_of(function))))
            modified.append(function_type)
            for kind, name in ((types.GeneratorType, "gi_code"), (types.CoroutineType, "cr_code"), (types.AsyncGeneratorType, "ag_code")):
                get = members(kind)[name].__get__
                members(kind)[name] = property(hidden_code(get, lambda call, get=get: is_ours(get(call))))
                modified.append(kind)

            # So do classes, by those that they were made from.
            kinds = members(type)
            get_subclasses, module_of = kinds["__subclasses__"], kinds["__module__"].__get__
            def subclasses(kind):
                found = get_subclasses(kind)
                # Of the program's own classes it may know all.
                if module_of(kind) == "solution" or asker(2) is None:
                    return found
                return [part for part in found if module_of(part) not in ("__main__", "tests")]
            kinds["__subclasses__"] = subclasses
            modified.append(type)
            for kind in modified:
                ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))

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

        """#
}
