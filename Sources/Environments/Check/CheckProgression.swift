/// Tells what grows by even steps from what is drawn anew.
enum CheckProgression {
    /// Whether texts that differ do so in numbers, or in length, that grow or fall by one step from each to the next.
    static func isOne(_ texts: [String]) -> Bool {
        guard texts.count > 2 else { return false }
        let numbers = texts.map { text in
            text.utf8.split { !(0x30...0x39).contains($0) }.prefix(4096).map { Int(String(Substring($0))) ?? .max }
        }
        if let count = numbers.first?.count, numbers.allSatisfy({ $0.count == count }) {
            let moving = (0..<count).map { column in numbers.map { $0[column] } }.filter { Set($0).count > 1 }
            // Hashes of a state differ in any way: they say nothing, and where they alone differ their lengths do not either.
            let counts = moving.filter { $0.allSatisfy { $0 < 1 << 40 } }
            if !moving.isEmpty { return !counts.isEmpty && counts.allSatisfy(isEven) }
        }
        return isEven(texts.map(\.utf8.count))
    }

    private static func isEven(_ values: [Int]) -> Bool {
        let steps = zip(values.dropFirst(), values).map { $0 - $1 }
        return steps.first != 0 && Set(steps).count == 1
    }
}
