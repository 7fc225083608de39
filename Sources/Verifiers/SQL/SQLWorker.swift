/// The worker that runs queries: SQLite through Python's standard library, so that what a query does to SQLite or to
/// memory ends with that process and not with ours.
///
/// Each database is read-only: a copy in memory that was made from a script, or a file opened as immutable. An authorizer
/// lets a query read and compute and nothing else, limits bound its text, values and columns, and a progress handler
/// counts its steps, which makes the bound the same on a fast and a slow machine.
enum SQLWorker {
    static let source = #"""
        import json, math, resource, sqlite3, sys
        from collections import OrderedDict

        ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
        CHANGES = {getattr(sqlite3, "SQLITE_" + name) for name in (
            "INSERT UPDATE DELETE TRANSACTION SAVEPOINT CREATE_TABLE CREATE_INDEX CREATE_VIEW CREATE_TRIGGER "
            "CREATE_TEMP_TABLE CREATE_TEMP_INDEX CREATE_TEMP_VIEW CREATE_TEMP_TRIGGER DROP_TABLE DROP_INDEX DROP_VIEW "
            "DROP_TRIGGER DROP_TEMP_TABLE DROP_TEMP_INDEX DROP_TEMP_VIEW DROP_TEMP_TRIGGER ALTER_TABLE REINDEX ANALYZE"
        ).split()}
        REFUSED = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}
        # SQLITE_LIMIT_ LENGTH, SQL_LENGTH, COLUMN, EXPR_DEPTH, COMPOUND_SELECT, FUNCTION_ARG, ATTACHED,
        # LIKE_PATTERN_LENGTH, TRIGGER_DEPTH, WORKER_THREADS
        LIMITS = {0: 1 << 20, 1: 1 << 16, 2: 500, 3: 200, 4: 100, 6: 50, 7: 0, 8: 500, 10: 20, 11: 0}
        STEPS = 1000

        class Budget(Exception):
            pass

        class Unreadable(Exception):
            pass

        options = {}

        def guard(db, kinds):
            def authorize(action, first, second, database, trigger):
                if action not in kinds or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in REFUSED):
                    return sqlite3.SQLITE_DENY
                return sqlite3.SQLITE_OK
            db.set_authorizer(authorize)
            if hasattr(db, "setlimit"):
                for category, most in LIMITS.items():
                    db.setlimit(category, most)

        def bounded(db, act):
            left = options["max_steps"] // STEPS
            def tick():
                nonlocal left
                left -= 1
                return left < 0
            db.set_progress_handler(tick, STEPS)
            try:
                return act()
            except MemoryError:
                raise Budget("out of memory")
            except sqlite3.OperationalError as error:
                if left < 0:
                    raise Budget(f"over {options['max_steps']} steps")
                raise error
            finally:
                db.set_progress_handler(None, 0)

        def rows_of(db, query):
            def act():
                cursor = db.execute(query)
                found = cursor.fetchmany(options["max_rows"] + 1)
                if cursor.description is None:
                    raise sqlite3.OperationalError("not a query: it returns no rows")
                return found
            found = bounded(db, act)
            if len(found) > options["max_rows"]:
                raise Budget(f"over {options['max_rows']} rows")
            return found

        def connect(test):
            try:
                if test["setup"] is not None:
                    db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=16)
                    db.execute("PRAGMA temp_store = MEMORY")
                    bounded(db, lambda: db.executescript(test["setup"]))
                else:
                    name = "file:" + test["path"].replace("%", "%25").replace("?", "%3f").replace("#", "%23")
                    db = sqlite3.connect(name + "?mode=ro&immutable=1", uri=True, isolation_level=None)
                    db.execute("PRAGMA temp_store = MEMORY")
                    db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except (sqlite3.Error, sqlite3.Warning, Budget) as error:
                raise Unreadable(f"the database cannot be set up: {error}")
            # A response must not fail for its bytes: text that is no UTF-8 is compared as it is.
            db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            return db

        open_databases = OrderedDict()

        def shared(test):
            key = (test["setup"], test.get("path"))
            if key not in open_databases:
                db = connect(test)
                guard(db, ALLOWED)
                open_databases[key] = [db, {}]
                if len(open_databases) > 16:
                    open_databases.popitem(last=False)[1][0].close()
            open_databases.move_to_end(key)
            return open_databases[key]

        def plain(value):
            if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 1 << 53:
                return int(value)
            return list(value) if isinstance(value, bytes) else value

        def same_value(a, b):
            if isinstance(a, (int, float)) and isinstance(b, (int, float)):
                return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b))
            return type(a) is type(b) and a == b

        def order(row):
            # By type and value; numbers rounded, so that those which are equal for us are neighbours.
            return [(0, "") if v is None else (1, float(f"{v:.8e}")) if isinstance(v, (int, float)) else (2, str(v))
                    for v in row]

        def same_rows(found, wanted, is_ordered):
            if len(found) != len(wanted):
                return f"{len(found)} rows, not {len(wanted)}"
            if found and len(found[0]) != len(wanted[0]):
                return f"{len(found[0])} columns, not {len(wanted[0])}"
            if not is_ordered:
                found, wanted = sorted(found, key=order), sorted(wanted, key=order)
            for index, (left, right) in enumerate(zip(found, wanted)):
                if len(left) != len(right) or not all(map(same_value, left, right)):
                    return f"row {index + 1} is {str(left)[:200]}, not {str(right)[:200]}"
            return None

        def has_order(query):
            # An ORDER BY that is not inside parentheses orders the result.
            depth, text, index = 0, query.lower(), 0
            while index < len(text):
                c = text[index]
                if c in "'\"`":
                    end = text.find(c, index + 1)
                    index = len(text) if end < 0 else end
                elif text.startswith("--", index):
                    end = text.find("\n", index)
                    index = len(text) if end < 0 else end
                depth += (c == "(") - (c == ")")
                if depth == 0 and text.startswith("order", index) and text[index + 5:].lstrip().startswith("by"):
                    return True
                index += 1
            return False

        def listed(rows):
            return [[plain(value) for value in row] for row in rows]

        def run_test(test, query):
            if test["check"] is not None:
                db = connect(test)
                try:
                    guard(db, ALLOWED | CHANGES)
                    def act():
                        db.executescript(query)
                    bounded(db, act)
                    if db.in_transaction:
                        db.execute("COMMIT")
                    guard(db, ALLOWED)
                    found = listed(rows_of(db, test["check"]))
                finally:
                    db.close()
                return same_rows(found, listed(test["expected"]), has_order(test["check"]))
            db, golds = shared(test)
            gold = test["gold"]
            if test["expected"] is not None:
                wanted, is_ordered = listed(test["expected"]), False
            else:
                if gold not in golds:
                    try:
                        golds[gold] = listed(rows_of(db, gold))
                    except (sqlite3.Error, sqlite3.Warning, Budget) as error:
                        raise Unreadable(f"the gold query: {error}")
                    if len(golds) > 256:
                        golds.pop(next(iter(golds)))
                wanted, is_ordered = golds[gold], has_order(gold)
            if options["ordered"] != "auto":
                is_ordered = options["ordered"] == "true"
            return same_rows(listed(rows_of(db, query)), wanted, is_ordered)

        def judge(tests, query):
            passed, first = 0, None
            for index, test in enumerate(tests):
                try:
                    problem = run_test(test, query)
                    kind = "different"
                except Budget as error:
                    problem, kind = str(error), "budget"
                except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                    problem, kind = str(error), "notAllowed" if "not authorized" in str(error) else "sqlError"
                if problem is None:
                    passed += 1
                elif first is None:
                    first = (kind, f"test {index + 1}: {problem}")
            share = passed / len(tests)
            reply = {"score": share if options["score"] == "fraction" else float(passed == len(tests)),
                     "outcome": "correct" if passed == len(tests) else "incorrect", "reason": "equal",
                     "components": {"tests": share}}
            if first:
                reply["reason"], reply["explanation"] = first[0], first[1][:500]
            return reply

        out, sys.stdout = sys.stdout, sys.stderr
        for line in sys.stdin:
            message = json.loads(line)
            if "hello" in message:
                options = message["options"]
                memory = options["memory_mb"] << 20
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
                print(json.dumps({"ready": 1, "name": "sql", "version": sqlite3.sqlite_version}), file=out, flush=True)
            for item in message.get("verify", []):
                try:
                    reply = judge(item["fields"]["tests"], item["response"])
                except Unreadable as error:
                    reply = {"outcome": "verifierError", "reason": "unreadableTests", "explanation": str(error)}
                print(json.dumps({"id": item["id"], **reply}), file=out, flush=True)

        """#
}
