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
            let spelt = text.ranges(of: Array<UInt8>(marker.text.utf8))
            if let id = marker.id {
                let count = ids.count { $0 == id }
                if count == 0 { continue }
                if count != spelt.count { return nil }
            }
            places += spelt
        }
        return places
    }
}
