import Experience
import Foundation
import GRDB
import Testing

@Suite struct SampleIndexTests {
    /// The three groups of the fixture, the completions 1 to 6; every text is "x", no answer is right.
    private func filled() async throws -> FilledStore {
        let fixture = try await FilledStore()
        try await fixture.store.write {
            try $0.execute(
                sql: """
                    UPDATE completions SET text = 'a needle, a hay stack', finish = 'length', n_tokens = 9 WHERE completion_id = 3;
                    UPDATE completions SET n_tokens = 5, model = 'it''s "m"' WHERE completion_id = 5;
                    UPDATE problems SET dataset = 'e', fields = '{"difficulty": 3, "subject": "algebra"}' WHERE external_id = 'p2';
                    INSERT INTO scorings(scoring_id, verifier, version, options) VALUES(77, 'w', '2', '{}');
                    INSERT INTO verdicts(completion_id, scoring_id, outcome, score, reason, extracted, milliseconds, at)
                        VALUES(1, 77, 'incorrect', 0, 'other', '7', 3, 0), (2, 77, 'correct', 1, 'same', '8', 2, 0),
                            (4, 77, 'incorrect', 0, 'other', '78', 1, 0), (5, 77, 'timeout', NULL, 'late', NULL, 9, 0);
                    INSERT INTO entropies VALUES(4, 'sampled', 0.5, NULL, NULL, 3), (2, 'sampled', 1.5, NULL, NULL, 3);
                    """)
        }
        return fixture
    }

    @Test(
        arguments: [
            ([], [1, 2, 3, 4, 5, 6]), ([.init(.outcome, .equals, "correct")], [2]),
            ([.init(.outcome, .equals, nil)], [3, 6]),
            ([.init(.outcome, .equals, "correct", isNegated: true)], [1, 3, 4, 5, 6]),
            ([.init(.disputed, .equals, "yes")], [2]),
            ([.init(.disputed, .equals, "no")], [1, 3, 4, 5, 6]), ([.init(.dataset, .equals, "e")], [5, 6]),
            ([.init(.finish, .equals, "length")], [3]), ([.init(.group, .equals, "1")], [3, 4]),
            ([.init(.completion, .equals, "6")], [6]), ([.init(.text, .contains, "needle")], [3]),
            ([.init(.text, .contains, "ask 2")], [5, 6]),
            ([.init(.text, .contains, "needle"), .init(.group, .equals, "0")], []),
            ([.init(.text, .contains, "x", isNegated: true)], [3]), ([.init(.tokens, .more, "5")], [3]),
            ([.init(.tokens, .atLeast, "5")], [3, 5]), ([.init(.extracted, .contains, "7")], [1, 4]),
            ([.init(.level, .equals, "3")], [5, 6]), ([.init(.domain, .equals, "algebra")], [5, 6]),
            ([.init(.model, .equals, "it's \"m\"")], [5]), ([.init(.rate, .equals, "0.5")], [1, 2]),
            ([.init(.mix, .equals, "mixed")], [1, 2]), ([.init(.mix, .equals, "all_wrong")], [3, 4]),
            ([.init(.mix, .equals, "unscored")], [5, 6]),
            ([.init(.score, .equals, nil), .init(.outcome, .equals, nil, isNegated: true)], [5]),
            ([.init(.ms, .less, "2.5")], [2, 4]), ([.init(.reason, .equals, "' OR 1 = 1 --")], []),
            ([.init(.tokens, .more, "no number")], []), ([.init(.entropy, .atMost, "1")], [4]),
        ] as [([SampleClause], [Int64])])
    func clausesChooseSamples(_ clauses: [SampleClause], _ wanted: [Int64]) async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        let page = try await index.page(run: fixture.run, clauses, limit: 10, offset: 0)
        #expect(page.rows.map(\.id) == wanted && page.total == wanted.count)
        for (place, id) in wanted.enumerated() {
            #expect(try await index.position(of: id, run: fixture.run, clauses, sort: SampleSort()) == place)
        }
        #expect(try await index.position(of: 99, run: fixture.run, clauses, sort: SampleSort()) == nil)
    }

    @Test func whatHasNoValueComesLastInEveryOrder() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        func ids(_ sort: SampleSort, offset: Int = 0) async throws -> [Int64] {
            try await index.page(run: fixture.run, [], sort: sort, limit: 4, offset: offset).rows.map(\.id)
        }
        #expect(try await ids(SampleSort(.entropy)) == [4, 2, 1, 3])
        #expect(try await ids(SampleSort(.entropy, isDescending: true)) == [2, 4, 1, 3])
        #expect(try await ids(SampleSort(nil, isDescending: true)) == [6, 5, 4, 3])
        #expect(try await ids(SampleSort(.ms, isDescending: true), offset: 2) == [2, 4, 3, 6])
        #expect(try await index.position(of: 4, run: fixture.run, [], sort: SampleSort(.entropy)) == 0)
        let counts = try await index.counts(run: fixture.run, of: .outcome, limit: 9)
        #expect(
            counts.map(\.count) == [2, 2, 1, 1] && counts.map(\.value) == [nil, "incorrect", "correct", "timeout"])
    }

    /// Each column's order, by pages of two and by the places of samples, is SQLite's.
    @Test(arguments: SampleClause.Field.allCases.filter { ![.text, .completion].contains($0) })
    func pagesGoThroughAColumnInItsOrder(_ field: SampleClause.Field) async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        for isDescending in [false, true] {
            let sort = SampleSort(field, isDescending: isDescending)
            for clauses in [[], [SampleClause(.outcome, .equals, "correct", isNegated: true)]] {
                let all = try await index.page(run: fixture.run, clauses, sort: sort, limit: 9, offset: 0)
                var paged: [Int64] = []
                for offset in [0, 2, 4, 6] {
                    paged += try await index.page(run: fixture.run, clauses, sort: sort, limit: 2, offset: offset).rows
                        .map(\.id)
                }
                #expect(all.rows.count == all.total && paged == all.rows.map(\.id), "\(field)")
                for (place, id) in paged.enumerated() {
                    #expect(try await index.position(of: id, run: fixture.run, clauses, sort: sort) == place)
                }
            }
        }
        let reversed = try await index.page(
            run: fixture.run, [], sort: SampleSort(.group, isDescending: true), limit: 9, offset: 0
        ).rows.map(\.id)
        #expect(reversed == [5, 6, 3, 4, 1, 2])
    }

    /// Who has no patience gets what is known, and the whole when it asks again.
    @Test func whatTakesLongIsGivenInParts() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        func page(_ clauses: [SampleClause]) async throws -> SamplePage {
            try await index.page(run: fixture.run, clauses, limit: 9, offset: 0, patience: .zero)
        }
        let first = try await page([])
        #expect(first.rows.map(\.id) == [1, 2, 3, 4, 5, 6] && first.total == 6)
        #expect(first.rows[0].outcome == "incorrect" && first.rows[0].reason == "other")
        for clauses in [
            [SampleClause(.text, .contains, "needle")], [SampleClause(.text, .contains, "x", isNegated: true)],
        ] {
            var whole = try await page(clauses)
            for _ in 0..<1000 where whole.isPartial { whole = try await page(clauses) }
            #expect(whole.rows.map(\.id) == [3] && !whole.isPartial)
        }
        #expect(try await index.group(1, of: fixture.run, limit: 9).map(\.id) == [3, 4])
        #expect(try await index.group(1, of: fixture.run, limit: 1).map(\.id) == [3])
        #expect(try await index.group(7, of: fixture.run, limit: 9).isEmpty)
    }

    @Test func aPageIsPartialUntilEverythingIsRead() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        var page = try await index.page(run: fixture.run, [], limit: 9, offset: 0)
        #expect(!page.isPartial)
        for (search, isPartial) in [(.part(0.5), true), (.scanned, false), (.indexed, false)] as [(SampleSearch, Bool)]
        {
            page.search = search
            #expect(page.isPartial == isPartial)
        }
        page.isPreparing = true
        #expect(page.isPartial)
    }

    @Test func whoHasAskedKeepsItsTableWhileAnotherIsMade() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number % 4 == 0 {
                        try await fixture.store.write {
                            try $0.execute(sql: "UPDATE completions SET n_tokens = \(number) WHERE completion_id = 1")
                        }
                    }
                    let page = try await index.page(
                        run: fixture.run, [.init(.tokens, .atLeast, "0")], sort: SampleSort(.reason), limit: 9,
                        offset: 0)
                    #expect(page.rows.contains { $0.id == 1 })
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func whatIsWrittenLaterIsFound() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        let clauses = [SampleClause(.outcome, .equals, "correct")]
        #expect(try await index.page(run: fixture.run, clauses, limit: 9, offset: 0).total == 1)
        try await fixture.store.write {
            try $0.execute(
                sql: """
                    INSERT INTO verdicts(completion_id, scoring_id, outcome, score, reason, milliseconds, at)
                    VALUES(6, 77, 'correct', 1, 'same', 1, 0)
                    """)
        }
        #expect(try await index.page(run: fixture.run, clauses, limit: 9, offset: 0).total == 2)
    }

    @Test(.timeLimit(.minutes(1))) func severalMayBuildOneIndex() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        let needle = [SampleClause(.text, .contains, "needle")]
        _ = try await index.page(run: fixture.run, needle, limit: 9, offset: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await index.buildTexts(fixture.run) } }
            try await group.waitForAll()
        }
        #expect(try await index.page(run: fixture.run, needle, limit: 9, offset: 0).rows.map(\.id) == [3])
    }

    @Test func wordsAreFoundByTheIndexAndItCanBeDropped() async throws {
        let fixture = try await filled()
        let index = try SampleIndex(path: fixture.store.path)
        func search(_ text: String) async throws -> (ids: [Int64], how: SampleSearch?) {
            let page = try await index.page(run: fixture.run, [.init(.text, .contains, text)], limit: 9, offset: 0)
            return (page.rows.map(\.id), page.search)
        }
        // A slow machine has an index made meanwhile; it is not used before it is whole.
        #expect(try await search("eedl").ids == [3])
        try await index.buildTexts(fixture.run)
        for (text, ids) in [
            ("needle", [3]), ("eedl", []), ("hay stack", [3]), ("stack hay", []), ("NEEDLE", [3]), ("need*", [3]),
            ("ask 2", [5, 6]),
        ] as [(String, [Int64])] {
            #expect(try await search(text) == (ids, .indexed), "\(text)")
        }
        // What is no word can only be read.
        #expect(try await search(", ").ids == [3])
        // Nothing of a query reaches FTS5's own language.
        for text in ["\"", "needle OR x", "a NEAR b", "body:x", "(", "needle\" OR \"x", "^needle", "-x"] {
            _ = try await search(text)
        }
        #expect(try await search("needle OR x").ids == [])
        try await fixture.store.write {
            try $0.execute(
                sql:
                    "INSERT INTO completions SELECT 70, group_id, 9, 'one more needle', finish, stop_reason, n_tokens, logprob_kind, unusable, weight_spans, endpoint, model, seed, request_id, attempt, started_at, finished_at, reasoning, tool_calls FROM completions WHERE completion_id = 1"
            )
        }
        #expect(try await search("needle").ids == [70, 3])
        try await index.drop(run: fixture.run)
        #expect(try await search("eedl").ids == [70, 3])
    }
}
