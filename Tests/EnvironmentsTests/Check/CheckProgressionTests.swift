import Testing

@testable import Environments

@Suite struct CheckProgressionTests {
    @Test(arguments: [
        (["episode 1", "episode 2", "episode 3"], true), (["at 9", "at 7", "at 5"], true),
        (["at 1", "at 2", "at 4"], false), (["same 1", "same 1", "same 1"], false), (["one 1", "two 2"], false),
        (["x", "xx", "xxx"], true), (["1 of 9f8", "2 of 7a6", "3 of 1b2"], false),
        // A hash beside a counter; hashes alone, whose lengths may grow by chance.
        (["1 1844674407370955161", "2 9844674407370955161", "3 5844674407370955161"], true),
        (["1844674407370955161", "18446744073709551615", "184467440737095516150"], false),
        (["999999999999999999", "1999999999999999999", "18446744073709551615"], false),
    ])
    func evenStepsAreAProgression(texts: [String], isOne: Bool) {
        #expect(CheckProgression.isOne(texts) == isOne)
    }
}
