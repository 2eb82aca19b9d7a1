import Support
import Testing

@testable import Storage

@Suite("Trying a transaction again")
struct PostgresRetryTests {
    private func decide(
        _ retry: inout PostgresRetry, _ state: String, _ kind: PostgresFailure.Kind = .statement, spent: Duration = .zero,
        away: Duration? = nil, timedOut: Bool = false
    ) -> PostgresRetry.Decision {
        retry.decide(PostgresFailure(kind, "words", state: state, timedOut: timedOut), spent: spent, away: away, jitter: 1)
    }

    @Test("a conflict is tried again ever later, behind others from the second time, and not for ever")
    func conflicts() {
        var retry = PostgresRetry(patience: .seconds(1))
        #expect(!retry.mustQueue)
        var pauses: [Duration] = []
        while case .again(let pause) = decide(&retry, pauses.count.isMultiple(of: 2) ? "40001" : "40P01") {
            pauses.append(pause)
            #expect(retry.mustQueue == (pauses.count >= 2))
        }
        #expect(pauses.count == 99 && pauses == pauses.sorted() && pauses.last == .milliseconds(50))
        var late = PostgresRetry(patience: .seconds(1))
        #expect(decide(&late, "40001", spent: .seconds(2)) == .giveUp)
    }

    @Test("a lost connection is replaced at once; a server that is away is waited for once, from when it went")
    func away() {
        var retry = PostgresRetry(patience: .seconds(1))
        #expect(decide(&retry, "57P01", .lost) == .again(after: .zero))
        #expect(decide(&retry, "57P03", .connect, away: .milliseconds(100)) != .giveUp)
        #expect(decide(&retry, "", .connect, spent: .milliseconds(10), away: .seconds(1)) == .giveUp)
    }

    @Test("a rule that is broken, a wrong password, a slow statement and a silent server are not tried again and again")
    func final() {
        for state in ["23514", "28P01", "3D000", "57014", "42601", "53100"] {
            var retry = PostgresRetry(patience: .seconds(1))
            #expect(decide(&retry, state) == .giveUp)
        }
        var retry = PostgresRetry(patience: .seconds(1))
        #expect(decide(&retry, "", .lost, timedOut: true) == .giveUp)
        for expected in [true, true, false] { #expect((decide(&retry, "23505") != .giveUp) == expected) }
    }

    @Test(
        "placeholders are numbered, but not in texts, names and comments",
        arguments: [
            ("SELECT ?, ?", "SELECT $1, $2"), ("SELECT '?', ?", "SELECT '?', $1"), ("SELECT 'it''s ?' || ?", "SELECT 'it''s ?' || $1"),
            ("SELECT \"?\" -- ?\n, ?", "SELECT \"?\" -- ?\n, $1"), ("/* ? ' */ ?", "/* ? ' */ $1"), ("SELECT '?", "SELECT '?"),
            ("é? - ? / ?", "é$1 - $2 / $3"), ("", ""),
        ])
    func placeholders(_ sql: String, _ numbered: String) { #expect(PostgresPlaceholders.numbered(sql) == numbered) }
}
