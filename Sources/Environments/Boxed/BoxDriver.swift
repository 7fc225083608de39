/// The program that answers inside an episode's box: it runs code and commands, reads and writes files, and queries a
/// database, each for one question. It holds no answer and no test.
enum BoxDriver {
    static let source = #"""
        import sys
        # Nothing is imported from the folder that programs write to.
        sys.path[:] = [path for path in sys.path if path]
        import base64, ctypes, json, os, signal, stat, struct, subprocess, traceback

        ROOT = os.getcwd()
        OUTPUT = "/tmp/.output"
        number = 0

        def take(count):
            parts = []
            while count:
                part = os.read(0, min(count, 1 << 16))
                if not part:
                    os._exit(0)
                parts.append(part)
                count -= len(part)
            return b"".join(parts)

        def reply(kind, value):
            payload = json.dumps(value).encode()
            record = kind + struct.pack("<II", number, len(payload)) + payload
            while record:
                record = record[os.write(3, record):]

        class Late(BaseException):
            pass

        def late(*_):
            raise Late()

        def short(data, most):
            "Bytes as text, the middle left out where there are more than `most`."
            if len(data) > most:
                half = most // 2
                data = data[:half] + b"\n[... %d bytes left out ...]\n" % (len(data) - 2 * half) + data[-half:]
            return data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")

        def open_output():
            try:
                os.unlink(OUTPUT)
            except OSError:
                pass
            fd = os.open(OUTPUT, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            os.unlink(OUTPUT)
            return fd

        def output_of(fd, most):
            size = os.fstat(fd).st_size
            if size <= most:
                return os.pread(fd, size, 0)
            half = most // 2
            return (os.pread(fd, half, 0) + b"\n[... %d bytes left out ...]\n" % (size - 2 * half)
                    + os.pread(fd, half, size - half))

        # Python ------------------------------------------------------------------------------------------------

        names = {"__name__": "__main__", "__builtins__": __builtins__}
        python_output = None

        def begin_python():
            "Descriptors 1 and 2 of the program, and of what it starts, are a file that each step reads."
            global python_output
            null = os.open("/dev/null", os.O_RDONLY)
            # Our own ends are out of the way of a program that plays with 0 and 3.
            global take, reply
            ends = os.dup(0), os.dup(3)
            os.dup2(null, 0)
            os.close(3)
            os.close(null)
            def take(count, source=ends[0]):
                parts = []
                while count:
                    part = os.read(source, min(count, 1 << 16))
                    if not part:
                        os._exit(0)
                    parts.append(part)
                    count -= len(part)
                return b"".join(parts)
            def reply(kind, value, target=ends[1], write=os.write, pack=struct.pack, dumps=json.dumps):
                payload = dumps(value).encode()
                record = kind + pack("<II", number, len(payload)) + payload
                while record:
                    record = record[write(target, record):]
            python_output = open_output()
            os.dup2(python_output, 1)
            os.dup2(python_output, 2)
            sys.stdin = open(0, closefd=False)
            sys.path.insert(0, ROOT)
            signal.signal(signal.SIGALRM, late)

        def run_python(ask):
            import ast
            os.ftruncate(python_output, 0)
            os.lseek(python_output, 0, 0)
            outcome = "ok"
            try:
                signal.signal(signal.SIGALRM, late)
                signal.setitimer(signal.ITIMER_REAL, ask["seconds"])
                try:
                    tree = ast.parse(ask["code"], "<step>")
                    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
                    exec(compile(tree, "<step>", "exec"), names)
                    if last is not None:
                        value = eval(compile(ast.Expression(last.value), "<step>", "eval"), names)
                        if value is not None:
                            names["_"] = value
                            print(repr(value))
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except Late:
                outcome = "timeout"
            except SystemExit as error:
                print("SystemExit:", error.code)
                outcome = "failed"
            except BaseException as error:
                outcome = "failed"
                lines = traceback.format_exception(type(error), error, error.__traceback__)
                # Without the lines of ours that started it.
                shown = [line for line in lines if '"<string>"' not in line]
                try:
                    sys.stderr.write("".join(shown))
                except BaseException:
                    os.write(2, repr(type(error)).encode())
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            except BaseException:
                sys.stdout = os.fdopen(1, "w", closefd=False)
                sys.stderr = os.fdopen(2, "w", closefd=False)
            return {"outcome": outcome, "text": short(output_of(python_output, ask["bytes"]), ask["bytes"] + 100)}

        # Shell -------------------------------------------------------------------------------------------------

        def run_shell(ask):
            fd = open_output()
            try:
                process = subprocess.Popen(
                    ["/bin/sh", "-c", ask["command"]], stdin=subprocess.DEVNULL, stdout=fd, stderr=fd, cwd=ROOT,
                    start_new_session=True, close_fds=True)
                try:
                    code = process.wait(ask["seconds"])
                    outcome = "ok" if code == 0 else "failed"
                except subprocess.TimeoutExpired:
                    outcome, code = "timeout", None
                    try:
                        os.killpg(process.pid, signal.SIGKILL)
                    except OSError:
                        pass
                    process.wait()
                return {"outcome": outcome, "code": code,
                        "text": short(output_of(fd, ask["bytes"]), ask["bytes"] + 100)}
            finally:
                os.close(fd)

        # Files -------------------------------------------------------------------------------------------------

        class Wrong(Exception):
            pass

        def inside(path):
            full = os.path.realpath(os.path.join(ROOT, path))
            if full != ROOT and not full.startswith(ROOT + "/"):
                raise Wrong(f"'{path}' is outside of the folder")
            return full

        def content(path):
            full = inside(path)
            try:
                fd = os.open(full, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            except FileNotFoundError:
                raise Wrong(f"there is no file '{path}'")
            try:
                info = os.fstat(fd)
                if stat.S_ISDIR(info.st_mode):
                    raise Wrong(f"'{path}' is a folder")
                if not stat.S_ISREG(info.st_mode):
                    raise Wrong(f"'{path}' is no plain file")
                return os.read(fd, 0) + b"".join(iter(lambda: os.read(fd, 1 << 16), b""))
            finally:
                os.close(fd)

        def store(path, data, mode=0o644):
            full = inside(path)
            if full == ROOT or os.path.isdir(full):
                raise Wrong(f"'{path}' is a folder")
            os.makedirs(os.path.dirname(full), exist_ok=True)
            # Whatever stands there, a link or a pipe, is taken away first.
            fresh = full + ".new~"
            with open(fresh, "wb") as stream:
                stream.write(data)
            os.chmod(fresh, mode)
            os.replace(fresh, full)

        def read_file(ask):
            lines = content(ask["path"]).decode("utf-8", "replace").split("\n")
            first, count = ask["first"], ask["count"]
            part = "\n".join(lines[first - 1:first - 1 + count])
            if first > len(lines):
                raise Wrong(f"'{ask['path']}' has {len(lines)} lines")
            rest = len(lines) - (first - 1 + count)
            text = short(part.encode(), ask["bytes"])
            return {"outcome": "ok", "text": text + (f"\n[{rest} more lines]" if rest > 0 else "")}

        def write_file(ask):
            data = ask["text"].encode("utf-8", "surrogatepass")
            store(ask["path"], data)
            return {"outcome": "ok", "text": f"wrote {len(data)} bytes to {ask['path']}"}

        def replace_text(ask):
            text = content(ask["path"]).decode("utf-8", "strict")
            count = text.count(ask["old"]) if ask["old"] else 0
            if count != 1:
                raise Wrong(f"the old text stands {count} times in '{ask['path']}', not once")
            mode = stat.S_IMODE(os.stat(inside(ask["path"])).st_mode)
            store(ask["path"], text.replace(ask["old"], ask["new"]).encode(), mode)
            return {"outcome": "ok", "text": f"replaced in {ask['path']}"}

        def walk(start):
            for folder, folders, files in os.walk(start, followlinks=False):
                folders.sort()
                for name in sorted(files):
                    yield os.path.join(folder, name)

        def list_files(ask):
            start = inside(ask["path"])
            if not os.path.isdir(start):
                raise Wrong(f"'{ask['path']}' is no folder")
            lines, count = [], 0
            for path in walk(start):
                count += 1
                if count <= 1000:
                    lines.append(f"{os.lstat(path).st_size:>9} {os.path.relpath(path, ROOT)}")
            if count > 1000:
                lines.append(f"[{count - 1000} more files]")
            return {"outcome": "ok", "text": short("\n".join(lines).encode("utf-8", "replace"), ask["bytes"]) or "no files"}

        def pack(ask):
            files, total = [], 0
            for path in walk(ROOT):
                info = os.lstat(path)
                if not stat.S_ISREG(info.st_mode):
                    continue
                total += info.st_size
                if len(files) >= ask["files"] or total > ask["total"]:
                    return {"outcome": "failed", "text": "the folder is too large"}
                name = os.path.relpath(path, ROOT)
                try:
                    name.encode()
                except UnicodeEncodeError:
                    continue
                data = content(name)
                files.append([name, stat.S_IMODE(info.st_mode), base64.b64encode(data).decode()])
            return {"outcome": "ok", "text": "", "files": files}

        def unpack(ask):
            for name, mode, data in ask["files"]:
                store(name, base64.b64decode(data), mode)
            return {"outcome": "ok", "text": ""}

        # SQL ---------------------------------------------------------------------------------------------------

        database = None
        REFUSED = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}

        def open_database(ask):
            global database
            import sqlite3
            database = sqlite3.connect(":memory:", isolation_level=None)
            database.execute("PRAGMA temp_store = MEMORY")
            try:
                bounded(lambda: database.executescript(ask["setup"]), ask)
            except (sqlite3.Error, sqlite3.Warning, Wrong) as error:
                return {"outcome": "failed", "text": str(error)}
            reading = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
            never = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}
            def authorize(action, first, second, *_):
                if action in never or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in REFUSED):
                    return sqlite3.SQLITE_DENY
                if action == sqlite3.SQLITE_PRAGMA:
                    reads = second is None or first in ("table_info", "index_list", "foreign_key_list", "table_list")
                    return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY
                return sqlite3.SQLITE_OK if ask["writable"] or action in reading else sqlite3.SQLITE_DENY
            database.set_authorizer(authorize)
            if hasattr(database, "setlimit"):
                for category, most in {0: 1 << 20, 1: 1 << 16, 2: 500, 3: 200, 4: 100, 6: 50, 7: 0, 8: 500}.items():
                    database.setlimit(category, most)
            return {"outcome": "ok", "text": ""}

        def bounded(act, ask):
            left = ask["steps"] // 1000
            def tick():
                nonlocal left
                left -= 1
                return left < 0
            database.set_progress_handler(tick, 1000)
            try:
                return act()
            except MemoryError:
                raise Wrong("out of memory")
            except Exception:
                if left < 0:
                    raise Wrong(f"over {ask['steps']} steps")
                raise
            finally:
                database.set_progress_handler(None, 0)

        def cell(value):
            if isinstance(value, bytes):
                return f"x'{value[:64].hex()}'"
            return "NULL" if value is None else str(value)[:1000]

        def run_sql(ask):
            import sqlite3
            def act():
                cursor = database.execute(ask["query"])
                return cursor.description, cursor.fetchmany(ask["rows"] + 1)
            try:
                description, rows = bounded(act, ask)
            except (sqlite3.Error, sqlite3.Warning, ValueError, Wrong) as error:
                return {"outcome": "timeout" if "steps" in str(error) else "failed", "text": f"error: {error}"}
            if ask.get("raw"):
                return {"outcome": "ok", "text": "", "rows": [[
                    value if value is None or isinstance(value, (int, float, str)) else value.hex() for value in row]
                    for row in rows]}
            if description is None:
                return {"outcome": "ok", "text": f"done; {database.total_changes} rows changed so far"}
            lines = [" | ".join(column[0] for column in description)]
            lines += [" | ".join(cell(value) for value in row) for row in rows[:ask["rows"]]]
            if len(rows) > ask["rows"]:
                lines.append(f"[more than {ask['rows']} rows]")
            elif not rows:
                lines.append("[no rows]")
            return {"outcome": "ok", "text": short("\n".join(lines).encode("utf-8", "replace"), ask["bytes"])}

        ACTS = {"python": run_python, "shell": run_shell, "read": read_file, "write": write_file,
                "replace": replace_text, "list": list_files, "pack": pack, "unpack": unpack,
                "open": open_database, "sql": run_sql, "hello": lambda ask: {"outcome": "ok", "text": ""}}

        for folder in sys.argv[1:]:
            import site
            site.addsitedir(folder)
        first = True
        while True:
            ask = json.loads(take(struct.unpack("<I", take(4))[0]))
            number += 1
            if first:
                first = False
                if ask["mode"] == "python":
                    begin_python()
                else:
                    # Nobody in the box reaches our descriptors through /proc.
                    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
                    os.set_inheritable(3, False)
            try:
                value = ACTS[ask["act"]](ask)
            except Late:
                value = {"outcome": "timeout", "text": ""}
            except (Wrong, UnicodeError, OSError) as error:
                value = {"outcome": "failed", "text": f"error: {error}"}
            except MemoryError:
                value = {"outcome": "failed", "text": "error: out of memory"}
            reply(b"A", value)

        """#
}
