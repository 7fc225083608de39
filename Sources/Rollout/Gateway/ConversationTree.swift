internal import Experience

/// What an episode's model calls were, as tokens: each call goes on from one whose conversation it repeats, or begins a piece of
/// its own. Every sampled token is in the stream of exactly one piece.
///
/// A call goes on where its messages begin with those of an earlier call and that one's reply, under the same tools, and what
/// follows are messages that templates can put behind a reply: the policy keeps in its context what it sampled, token for token.
struct ConversationTree: Sendable {
    /// What a call finds.
    enum Match: Sendable, Hashable {
        /// Nothing that it could go on from.
        case opens
        /// The turn that it goes on from, and how many of its messages are held.
        case continues(turn: Int, held: Int)
    }

    /// A sampled turn.
    struct Node: Sendable {
        /// Its piece, and where it ends in the piece's stream.
        var piece: Int
        var end: Int
        /// The calls that a result may answer, with the names that the policy's client has of them.
        var calls: [ToolCall]
        /// The endpoint that has it in its cache.
        var home: Int
    }

    /// Tokens that are put before a turn.
    struct Context: Sendable {
        var ids: [Int32]
        var origin: TokenStream.Origin
        var text: String
    }

    /// One message in the trie of all conversations.
    private struct Place: Sendable {
        var children: [MessageKey: Int] = [:]
        var turn: Int?
    }

    private(set) var pieces: [EpisodePiece] = []
    private(set) var nodes: [Node] = []
    /// Bytes of the messages that it knows.
    private(set) var size = 0
    private var places: [Place] = []
    private var roots: [[Tool]: Int] = [:]

    /// Looks for what a call goes on from.
    func match(_ messages: [MessageKey], tools: [Tool]) -> Match {
        guard var place = roots[tools] else { return .opens }
        var match = Match.opens
        for (number, key) in messages.enumerated() {
            guard let next = places[place].children[key] else { break }
            place = next
            if let turn = places[place].turn { match = .continues(turn: turn, held: number + 1) }
        }
        guard case .continues(_, let held) = match else { return .opens }
        let new = messages[held...]
        // What somebody else says in the policy's name has no place behind its own words.
        return new.isEmpty || new.contains { $0.role == .assistant } ? .opens : match
    }

    /// All ids up to the end of a turn.
    func ids(through turn: Int) -> [Int32] {
        let node = nodes[turn]
        return pieces[node.piece].promptIDs + pieces[node.piece].stream.ids_T.prefix(node.end)
    }

    /// Tokens up to the end of a turn.
    func count(through turn: Int) -> Int { pieces[nodes[turn].piece].promptIDs.count + nodes[turn].end }

    /// Takes a sampled turn: `context` was put behind the turn that it goes on from, or is its whole prompt.
    /// - Returns: the turn's number; nil, and nothing taken, when its arrays do not fit each other.
    mutating func append(
        _ completion: Completion, calls: [ToolCall], home: Int, behind match: Match, context: [Context]
    ) -> Int? {
        let turn = nodes.count
        var piece: Int
        var sampled = TokenStream()
        guard sampled.append(sampled: completion, turn: turn) else { return nil }
        switch match {
        case .opens:
            piece = pieces.count
            pieces.append(EpisodePiece(promptIDs: context.flatMap(\.ids)))
        case .continues(let earlier, _):
            let node = nodes[earlier]
            piece = node.piece
            if pieces[piece].stream.count != node.end {
                // Another call went on from there first: what they share is trained with that one.
                piece = pieces.count
                pieces.append(EpisodePiece(promptIDs: ids(through: earlier)))
            }
            for part in context {
                pieces[piece].stream.append(context: part.ids, part.origin, turn: earlier, text: part.text)
            }
        }
        pieces[piece].stream.append(sampled)
        nodes.append(Node(piece: piece, end: pieces[piece].stream.count, calls: calls, home: home))
        return turn
    }

    /// The place of a conversation that is known.
    func place(of messages: [MessageKey], tools: [Tool]) -> Int? {
        guard var place = roots[tools] else { return nil }
        for key in messages {
            guard let next = places[place].children[key] else { return nil }
            place = next
        }
        return place
    }

    /// Makes a conversation known, and gives its place. What conversations have in common is held once.
    mutating func enter(_ messages: [MessageKey], tools: [Tool]) -> Int {
        var place = roots[tools] ?? newPlace()
        roots[tools] = place
        for key in messages { place = child(key, of: place) }
        return place
    }

    /// Makes a turn known as the reply to a conversation, which a later call will repeat with it.
    mutating func know(_ turn: Int, behind place: Int, reply: MessageKey) {
        let place = child(reply, of: place)
        places[place].turn = turn
    }

    private mutating func child(_ key: MessageKey, of place: Int) -> Int {
        if let known = places[place].children[key] { return known }
        let new = newPlace()
        places[place].children[key] = new
        size += key.size
        return new
    }

    private mutating func newPlace() -> Int {
        places.append(Place())
        return places.count - 1
    }
}
