internal import Experience
internal import Foundation

/// The rows of a Parquet or Arrow file, which a Python with pyarrow writes as JSON Lines, some hundred rows at a time.
enum ColumnarRows {
    /// Names the Python to use; `python3` of PATH without it.
    static let variable = "ASSAY_PYTHON"

    /// Throws `DatasetError` where there is no Python; what pyarrow cannot read is thrown while the rows are read.
    static func open(_ path: String, kind: String) throws -> any ByteSource {
        if path == "-" {
            throw DatasetError(path: path, line: 0, message: "\(kind) is read from a file, not from standard input")
        }
        let named = ProcessInfo.processInfo.environment[variable] ?? ""
        let python = named.isEmpty ? "python3" : named
        // A path that begins with a dash or a scheme is still a path.
        let real = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        let bytes = ProgramBytes([python, "-c", program, real]) { failure in
            let message =
                switch failure.code {
                case missing?: "\(kind) is read by pyarrow, which \(python) lacks; \(remedy(python))"
                case nil: "\(python) was ended by a signal while it read the file; is there enough memory?"
                default:
                    "\(kind) that pyarrow cannot read: \(failure.errors.split(separator: "\n").last ?? "no reason given")"
                }
            return DatasetError(path: path, line: 0, message: message)
        }
        guard let bytes else {
            throw DatasetError(
                path: path, line: 0,
                message: "\(kind) is read by pyarrow, and there is no program '\(python)'; install Python, then: "
                    + "python3 -m pip install pyarrow")
        }
        return bytes
    }

    private static func remedy(_ python: String) -> String {
        "install it: \(python) -m pip install pyarrow; or name a Python that has it in \(variable)"
    }

    /// Exit code without pyarrow.
    private static let missing: Int32 = 77

    // Bytes become base64 text, unless they are text themselves; what JSON cannot say becomes null or its text.
    private static let program = """
        import sys
        sys.path[:] = [folder for folder in sys.path if folder]
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            sys.exit(77)
        import base64, json, math
        def plain(value, name=None):
            if value is None or isinstance(value, (bool, int, str)):
                return value
            if isinstance(value, float):
                return value if math.isfinite(value) else None
            if isinstance(value, dict):
                return {str(key): plain(inner, key) for key, inner in value.items()}
            if isinstance(value, (list, tuple)):
                return [plain(inner) for inner in value]
            if isinstance(value, (bytes, bytearray)):
                if name != 'bytes':
                    try:
                        return bytes(value).decode('utf-8')
                    except UnicodeDecodeError:
                        pass
                return base64.b64encode(value).decode('ascii')
            return value.isoformat() if hasattr(value, 'isoformat') else str(value)
        def batches(path):
            with open(path, 'rb') as file:
                mark = file.read(6)
            if mark[:4] == b'PAR1':
                yield from pq.ParquetFile(path).iter_batches(batch_size=256)
                return
            source = pa.memory_map(path)
            if mark == b'ARROW1':
                reader = pa.ipc.open_file(source)
                for index in range(reader.num_record_batches):
                    yield reader.get_batch(index)
                return
            yield from pa.ipc.open_stream(source)
        try:
            for batch in batches(sys.argv[1]):
                for start in range(0, batch.num_rows, 256):
                    rows = batch.slice(start, 256).to_pylist()
                    text = ''.join(json.dumps(plain(row), allow_nan=False) + '\\n' for row in rows)
                    sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            sys.exit(0)
        except Exception as error:
            sys.stderr.write('%s: %s' % (type(error).__name__, ' '.join(str(error).split())[:500]))
            sys.exit(1)
        """
}
