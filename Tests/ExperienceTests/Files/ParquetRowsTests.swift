import Experience
import JSON
import Testing

@Suite struct ParquetRowsTests {
    private static let columns = [
        Column("i", .int), Column("r", .real), Column("t", .text), Column("w", .ints), Column("f", .reals),
    ]
    private static let rows: [[Cell]] = [
        [.int(-3), .real(0.5), .text("a"), .list([1, 0, 0, 0, 255, 255, 255, 255]), .list([0, 0, 0, 63])],
        [.null, .null, .json("{}"), .list([]), .null],
        [.int(.max), .real(-0), .null, .null, .list([0, 0, 128, 191, 0, 0, 0, 0])],
    ]

    /// The bytes that pyarrow 21 reads as the rows above.
    @Test func bytesAreThoseThatOthersRead() {
        var parquet = ParquetRows(Self.columns)
        for row in Self.rows { parquet.add(row) }
        #expect(parquet.ready().isEmpty)
        let bytes = parquet.end()
        #expect(bytes.prefix(4) == ParquetRows.mark[...] && bytes.suffix(4) == ParquetRows.mark[...])
        let hash = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        #expect(bytes.count == 514 && hash == 0x7F56_D4CE_F7F9_2A4E)
    }

    @Test func linesAreJSON() throws {
        var writer = JSONWriter()
        for row in Self.rows { writer.row(row, of: Self.columns) }
        let lines = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines[0] == #"{"i":-3,"r":0.5,"t":"a","w":[1,-1],"f":[0.5]}"#)
        #expect(lines[1] == #"{"i":null,"r":null,"t":{},"w":[],"f":null}"#)
        #expect(lines[2] == #"{"i":9223372036854775807,"r":0,"t":null,"w":null,"f":[-1.0,0.0]}"#)
    }

    /// Row groups are given as they fill, and a file without rows is a file.
    @Test func groupsAreGivenAsTheyFill() {
        var parquet = ParquetRows([Column("t", .text)])
        let text = String(repeating: "x", count: 1 << 20)
        var sizes: [Int] = []
        for _ in 0..<70 {
            parquet.add([.text(text)])
            sizes.append(parquet.ready().count)
        }
        #expect(sizes.filter { $0 > 32 << 20 }.count == 2 && sizes.filter { $0 == 0 }.count == 68)
        #expect(parquet.end().count > 6 << 20)
        var none = ParquetRows(Self.columns)
        #expect(none.end().count > 12)
    }
}
