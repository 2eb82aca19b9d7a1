import Credits
import RepeatableChance
import Testing

@Suite("A voucher code")
struct VoucherCodeTests {
    let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private func code(_ seed: UInt64) -> VoucherCode {
        var random = SplitMix64(seed: seed)
        return VoucherCode { random.next() }
    }

    @Test("is read as it is written, in small letters, without dashes, and with look-alikes")
    func read() throws {
        for seed in 0..<200 {
            let code = code(UInt64(seed))
            let text = code.reveal()
            #expect(text.count == 39 && text.hasPrefix("TRPE-"))
            #expect(try VoucherCode(parsing: text) == code)
            #expect(try VoucherCode(parsing: " \(text.lowercased().replacing("-", with: "")) ") == code)
            #expect(try VoucherCode(parsing: String(text.dropFirst(5)).replacing("0", with: "o").replacing("1", with: "l")) == code)
        }
    }

    @Test("holds all 128 bits of its randomness")
    func bits() {
        var seen: Set<String> = []
        for bit in 0..<128 {
            var draws: [UInt64] = [bit < 64 ? 1 << UInt64(bit) : 0, bit >= 64 ? 1 << UInt64(bit - 64) : 0]
            seen.insert(VoucherCode { draws.removeFirst() }.reveal())
        }
        #expect(seen.count == 128)
        #expect(VoucherCode { 0 }.reveal() == "TRPE-0000-0000-0000-0000-0000-0000-0000")
        #expect(VoucherCode { .max }.reveal().hasPrefix("TRPE-7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ"))
    }

    @Test("any one or two wrong characters, and any two that changed places, are told from a code")
    func typos() {
        let right = Array(code(1).reveal().dropFirst(5).replacing("-", with: ""))
        var wrong: Set<[Character]> = []
        for first in right.indices {
            for letter in letters where letter != right[first] {
                var one = right
                one[first] = letter
                wrong.insert(one)
                for second in right.indices where second > first {
                    var two = one
                    two[second] = letters.first { $0 != right[second] && $0 != letter }!
                    wrong.insert(two)
                }
            }
            for second in right.indices where right[second] != right[first] {
                var swapped = right
                swapped.swapAt(first, second)
                wrong.insert(swapped)
            }
        }
        #expect(wrong.count > 10_000)
        let taken = wrong.filter { (try? VoucherCode(parsing: String($0))) != nil }
        #expect(taken.isEmpty)
    }

    @Test(
        "what is no code is refused in a sentence, without a look-up",
        arguments: [
            "", "TRPE", "TRPE-", "hello", "'; DROP TABLE credit_vouchers; --", "TRPE-0000-0000-0000-0000-0000-0000-000U",
            "TRPE-0000-0000-0000-0000-0000-0000-0001", String(repeating: "0", count: 1_000), "ＴＲＰＥ", "\0",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: CreditError.self) { try VoucherCode(parsing: text) }
        #expect(error?.code == .badVoucher)
        #expect(error?.userMessage.contains("voucher") == true || error?.userMessage.contains("code") == true)
    }

    @Test("the older service's UUIDs are codes too")
    func older() throws {
        let uuid = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
        #expect(try VoucherCode(parsing: uuid).reveal() == uuid.lowercased())
        #expect(try VoucherCode(parsing: uuid) == VoucherCode(parsing: uuid.lowercased()))
    }

    @Test("is never printed by accident")
    func secret() {
        let code = code(3)
        var dumped = ""
        dump(code, to: &dumped)
        for text in ["\(code)", String(reflecting: code), dumped] { #expect(!text.contains("TRPE")) }
    }
}
