import JSON

/// Damages bytes and JSON trees, mostly by putting boundary values where values were.
struct Mutator {
    /// Fragments of the target's own seeds, to be mixed with one another.
    private let fragments: [[UInt8]]

    init(_ seeds: [FuzzInput]) {
        var seen: Set<[UInt8]> = []
        for part in seeds.flatMap(\.parts) where part.bytes.count <= 1 << 16 {
            for word in part.bytes.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) where word.count <= 64 {
                seen.insert(Array(word))
            }
        }
        fragments = seen.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// `bytes` with one to four changes.
    func changed(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.below(4) where bytes.count < 2 << 20 { change(&bytes, &random) }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        let from = random.below(bytes.count + 1)
        let to = min(bytes.count, from + random.below(random.oneIn(8) ? bytes.count + 1 : 9))
        switch random.below(16) {
        case 0...4:
            guard let number = Self.number(near: from, in: bytes) else { return insert(&bytes, from, &random) }
            bytes.replaceSubrange(number, with: Boundary.number(&random).utf8)
        case 5: bytes.removeSubrange(from..<to)
        case 6: bytes.insert(contentsOf: bytes[from..<to], at: random.below(bytes.count + 1))
        case 7: bytes.replaceSubrange(from..<to, with: Boundary.piece(&random))
        case 8: if from < bytes.count { bytes[from] = UInt8(truncatingIfNeeded: random.next()) }
        case 9: if from < bytes.count { bytes[from] ^= 1 << UInt8(random.below(8)) }
        case 10 where random.oneIn(60): bytes.insert(contentsOf: Boundary.mass(&random), at: from)
        case 11 where to > from && random.oneIn(20):
            // A megabyte at most: the repetition is for the target, not for this process.
            let count = min(1 + random.below(2000), max(1, (1 << 20) / (to - from)))
            bytes.insert(contentsOf: Array(repeatElement(bytes[from..<to], count: count).joined()), at: to)
        default: insert(&bytes, from, &random)
        }
    }

    private func insert(_ bytes: inout [UInt8], _ place: Int, _ random: inout FuzzRandom) {
        let piece = fragments.isEmpty || random.oneIn(2) ? Boundary.piece(&random) : random.pick(fragments)
        bytes.insert(contentsOf: piece, at: place)
    }

    /// The number at or behind `place`, sign, point and exponent included.
    private static func number(near place: Int, in bytes: [UInt8]) -> Range<Int>? {
        func isDigit(_ index: Int) -> Bool { (0x30...0x39).contains(bytes[index]) }
        guard var start = (place..<bytes.count).first(where: isDigit) ?? bytes.indices.first(where: isDigit) else {
            return nil
        }
        while start > 0, isDigit(start - 1) || bytes[start - 1] == UInt8(ascii: ".") { start -= 1 }
        if start > 0, bytes[start - 1] == UInt8(ascii: "-") { start -= 1 }
        var end = start + 1
        let inner = Array(".eE+-0123456789".utf8)
        while end < bytes.count,
            isDigit(end) || (inner.contains(bytes[end]) && end + 1 < bytes.count && isDigit(end + 1))
        {
            end += 1
        }
        return start..<end
    }

    /// A tree with one to three of its values changed.
    func changed(_ value: JSONValue, _ random: inout FuzzRandom) -> JSONValue {
        var value = value
        for _ in 0...random.below(3) { value = changedOnce(value, &random, depth: 0) }
        return value
    }

    private func changedOnce(_ value: JSONValue, _ random: inout FuzzRandom, depth: Int) -> JSONValue {
        if depth < 12, !random.oneIn(6) {
            switch value {
            case .array(var elements) where !elements.isEmpty:
                let slot = random.below(elements.count)
                switch random.below(8) {
                case 0: elements.remove(at: slot)
                case 1: elements.insert(elements[random.below(elements.count)], at: slot)
                default: elements[slot] = changedOnce(elements[slot], &random, depth: depth + 1)
                }
                return .array(elements)
            case .object(var members) where !members.isEmpty:
                let slot = random.below(members.count)
                switch random.below(10) {
                case 0: members.remove(at: slot)
                case 1: members.append(.init(members[slot].key, self.value(&random)))
                default: members[slot].value = changedOnce(members[slot].value, &random, depth: depth + 1)
                }
                return .object(members)
            case .string(let text) where !random.oneIn(3):
                return .string(String(decoding: changed(Array(text.utf8), &random), as: UTF8.self))
            default: break
            }
        }
        return random.oneIn(8) ? .array([value, value]) : self.value(&random)
    }

    /// Any JSON value.
    func value(_ random: inout FuzzRandom, depth: Int = 0) -> JSONValue {
        switch random.below(depth > 3 ? 8 : 10) {
        case 0: .null
        case 1: .bool(random.oneIn(2))
        case 2, 3, 4, 5: (try? JSONValue(parsing: Boundary.number(&random).utf8)) ?? .int(random.below(5))
        case 6: .string(String(decoding: fragments.isEmpty ? [] : random.pick(fragments), as: UTF8.self))
        case 7: .string(String(decoding: Boundary.piece(&random), as: UTF8.self))
        case 8: .array((0..<random.below(4)).map { _ in value(&random, depth: depth + 1) })
        default: .object((0..<random.below(4)).map { .init("k\($0)", value(&random, depth: depth + 1)) })
        }
    }

    /// A part of an input, changed by its kind: JSON as a tree or as bytes, the rest as bytes.
    func changedPart(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        if let first = bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["), !random.oneIn(3),
            let tree = try? JSONValue(parsing: bytes)
        {
            return changed(tree, &random).bytes
        }
        return changed(bytes, &random)
    }
}
