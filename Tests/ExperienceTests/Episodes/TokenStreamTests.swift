import Experience
import Testing

@Suite struct TokenStreamTests {
    @Test func contextOfNoTokensIsNoSegment() {
        var stream = TokenStream()
        stream.append(context: [], .user, turn: 0, text: "")
        #expect(stream.segments.isEmpty && stream.count == 0)
        stream.append(context: [5, 6], .user, turn: 0, text: "ab")
        #expect(stream.segments.map(\.tokens) == [0..<2] && stream.mask_T == [0, 0] && stream.sampledCount == 0)
    }

    @Test func sampledTokensAreAllTheirs() {
        var stream = TokenStream()
        stream.append(context: [1], .user, turn: 0, text: "a")
        var sampled = Completion(text: "bc")
        (sampled.tokenIDs, sampled.logprobs) = ([2, 3], [-0.5, -1])
        let isTaken = stream.append(sampled: sampled, turn: 0)
        #expect(isTaken)
        #expect(stream.mask_T == [0, 1, 1] && stream.logprobs_T == [0, -0.5, -1] && stream.sampledCount == 2)
        var short = sampled
        short.logprobs = [-0.5]
        let before = stream.count
        let isShortTaken = stream.append(sampled: short, turn: 1)
        #expect(!isShortTaken && stream.count == before)
    }
}
