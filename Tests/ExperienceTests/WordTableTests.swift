import Experience
import Testing

@Suite struct WordTableTests {
    @Test func wordsStandBetweenBlanks() {
        #expect(
            """
            a  b
            über\tc
            """.words == ["a", "b", "über", "c"])
        #expect(" \n".words.isEmpty)
    }

    @Test func phrasesStandBetweenCommasAndLines() {
        #expect(
            """
            not given, no answer,
            code: 429 , 余额
            """.phrases == ["not given", "no answer", "code: 429", "余额"])
        #expect(", \n,".phrases.isEmpty)
    }

    @Test func allWordsOfAPhraseStandForItsFirst() {
        #expect("cpp c++ cc, c gcc".synonyms == ["cpp": "cpp", "c++": "cpp", "cc": "cpp", "c": "c", "gcc": "c"])
    }
}
