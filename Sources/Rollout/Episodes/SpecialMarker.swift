internal import Experience

/// A marker of a syntax of calls, and the token that it is in one tokenizer.
struct SpecialMarker: Sendable, Hashable {
    var text: String
    /// Nil where the tokenizer writes it in ordinary tokens.
    var id: Int32?
}

extension [SpecialMarker] {
    /// The UTF-8 ranges of a sampled text that are markers: those which the sampled ids have. The same letters in ordinary
    /// tokens are text; nil where ids and letters leave it open which are which.
    func places(in text: [UInt8], ids: [Int32]) -> [Range<Int>]? {
        var places: [Range<Int>] = []
        for marker in self {
            if let id = marker.id, !ids.contains(id) { continue }
            let spelt = text.places(of: Array<UInt8>(marker.text.utf8))
            if let id = marker.id {
                if ids.count(where: { $0 == id }) != spelt.count { return nil }
            }
            places += spelt
        }
        return places
    }
}

extension [UInt8] {
    /// Where `word` stands, without overlaps.
    fileprivate func places(of word: [UInt8]) -> [Range<Int>] {
        guard let first = word.first else { return [] }
        var found: [Range<Int>] = []
        var place = 0
        while let start = self[place...].firstIndex(of: first), start + word.count <= count {
            place = start + 1
            guard self[start..<start + word.count].elementsEqual(word) else { continue }
            place = start + word.count
            found.append(start..<place)
        }
        return found
    }
}
