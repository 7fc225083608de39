import BigInt
import Testing

@testable import Verifiers

@Suite struct PythonValueTests {
    @Test func marshalRoundTrips() throws {
        let values: [PythonValue] = [
            .none, .ellipsis, .bool(true), .int(-1), .int(BigInt(2).power(200) - 12345), .int(-BigInt(2).power(64)),
            .int(BigInt(Int32.max) + 1), .float(-0.5), .complex(1, -2), .text("héllo 🙂"), .bytes([0, 255]),
            .list([.tuple([]), .set([.int(1)]), .frozenset([])]),
            .dict([.init(key: .tuple([.int(1), .text("a")]), value: .list([.none]))]),
        ]
        for value in values { #expect(PythonValue(marshal: value.marshal) == value) }
    }

    // marshal.dumps(…, 2) of CPython 3.11.
    @Test func marshalIsCPythons() {
        #expect(PythonValue.int(5).marshal == [0x69, 5, 0, 0, 0])
        #expect(PythonValue(marshal: [0x6C, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0]) == .int(BigInt(1) << 32))
        #expect(PythonValue(marshal: Array("(".utf8) + [1, 0, 0, 0] + Array("T".utf8)) == .tuple([.bool(true)]))
    }

    @Test(arguments: [
        [], [0x63], [0x5B, 255, 255, 255, 127], [0x75, 9, 0, 0, 0, 65], [0x4E, 0x4E], [0x7B, 0x4E], [0x69, 1, 2],
        [0x69, 1, 2, 3],
    ])
    func hostileBytesAreRefused(bytes: [UInt8]) { #expect(PythonValue(marshal: bytes) == nil) }

    @Test func deepNestingIsRefused() {
        let bytes = [UInt8](repeating: 0, count: 100_000).indices.map { _ in [0x5B, 1, 0, 0, 0] as [UInt8] }.joined()
        #expect(PythonValue(marshal: Array(bytes)) == nil)
    }

    @Test func equalityIsPythons() {
        let python = PythonEquality()
        #expect(python.isEqual(.int(1), .float(1)))
        #expect(python.isEqual(.bool(true), .int(1)))
        #expect(!python.isEqual(.int(BigInt(2).power(53) + 1), .float(9_007_199_254_740_992)))
        #expect(!python.isEqual(.list([.int(1)]), .tuple([.int(1)])))
        #expect(!python.isEqual(.float(.nan), .float(.nan)))
        #expect(!python.isEqual(.text("5"), .int(5)))
        #expect(python.isEqual(.set([.int(1), .int(2)]), .frozenset([.float(2), .int(1)])))
        #expect(
            python.isEqual(
                .dict([.init(key: .int(1), value: .none), .init(key: .text("a"), value: .none)]),
                .dict([.init(key: .text("a"), value: .none), .init(key: .bool(true), value: .none)])))
    }

    @Test func jsonHasNoTuplesAndOnlyTextKeys() {
        let json = PythonEquality(isJSON: true)
        #expect(json.isEqual(.tuple([.int(1)]), .list([.int(1)])))
        #expect(
            json.isEqual(
                .dict([.init(key: .int(1), value: .int(2))]), .dict([.init(key: .text("1"), value: .int(2))])))
        #expect(!json.isEqual(.set([.int(1)]), .list([.int(1)])))
    }
}
