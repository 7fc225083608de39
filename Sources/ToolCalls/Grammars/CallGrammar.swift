import Experience

/// How a family of models writes calls.
protocol CallGrammar: Sendable {
    /// What begins a call, where it may stand anywhere; nil where calls are the whole of a turn.
    var opener: Marker? { get }
    /// All of its markers.
    var markers: [Marker] { get }

    /// Takes a range apart.
    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder)
}

extension CallGrammar {
    /// Says what lies before each opener, and hands on the place behind it; `block` gives where text begins again.
    func eachBlock(
        _ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder, opener: Marker,
        _ block: (_ start: Int, inout TurnBuilder) -> Int
    ) {
        var place = range.lowerBound
        while !turn.isFull, let found = text.first(opener, in: place..<range.upperBound) {
            turn.say(place..<found.lowerBound)
            place = min(max(found.upperBound, block(found.upperBound, &turn)), range.upperBound)
        }
        turn.say(place..<range.upperBound)
    }

    /// The same for blocks that `close` must end: `block` gets what stands between the two.
    func eachBlock(
        _ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder, between opener: Marker,
        and close: Marker,
        _ block: (_ body: Range<Int>, inout TurnBuilder) -> Void
    ) {
        eachBlock(text, range, into: &turn, opener: opener) { start, turn in
            guard let end = text.first(close, in: start..<range.upperBound) else {
                turn.fault(.unclosedBlock)
                return range.upperBound
            }
            block(start..<end.lowerBound, &turn)
            return end.upperBound
        }
    }
}
