import Credits
import Foundation
import Support
import Testing

@testable import App

@Suite("Credits at the terminal")
struct CreditCommandTests {
    let now = Timestamp(millisecondsSinceEpoch: 1_772_321_400_000)

    @Test(
        "An expiry is a day, to its end, or a span from now",
        arguments: [
            ("2026-02-28", "2026-03-01T00:00:00Z"), ("2028-02-29", "2028-03-01T00:00:00Z"), ("30d", "2026-03-30T23:30:00Z"),
            ("12H", "2026-03-01T11:30:00Z"),
        ])
    func expiry(_ text: String, _ moment: String) throws {
        #expect(try #require(Expiry(argument: text)).moment(from: now).iso8601 == moment)
    }

    @Test(
        "What is neither is refused",
        arguments: ["", "d", "0d", "-3d", "99999d", "2026-02-30", "2026-2-3", "2026-13-01", "tomorrow", "2026-02-28T00:00:00Z", "1.5d"])
    func noExpiry(_ text: String) { #expect(Expiry(argument: text) == nil) }

    @Test("An account is a number, a user or a pool")
    func accounts() {
        #expect(CreditAccount(argument: "123") == .user(123))
        #expect(CreditAccount(argument: "user:123") == .user(123))
        #expect(CreditAccount(argument: "pool:5") == .guildPool(5))
        #expect(CreditAccount(argument: "house:sales") == .house(.sales))
        for text in ["", "user:", "user:-1", "user:0123", "pool:x", "house:mine", "someone", "user:1:2"] {
            #expect(CreditAccount(argument: text) == nil)
        }
    }

    @Test("A cell of CSV is one cell, and no formula")
    func csv() {
        #expect(VoucherLine.csv("plain") == "plain")
        #expect(VoucherLine.csv("a,b") == "\"a,b\"")
        #expect(VoucherLine.csv("say \"hi\"\n") == "\"say \"\"hi\"\"\n\"")
        #expect(VoucherLine.csv("=HYPERLINK(1,2)") == "\"'=HYPERLINK(1,2)\"")
        #expect(VoucherLine.csv("@x") == "'@x")
    }
}
