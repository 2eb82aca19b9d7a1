import Credits
import Foundation
import Support

/// A voucher as the terminal shows it.
struct VoucherLine: Encodable {
    var number: Int64
    /// Only when it has just been made.
    var code: String?
    var credits: Int64
    var state: Voucher.State
    var note: String
    var created: String
    var expires: String?
    var redeemedBy: String?

    enum CodingKeys: String, CodingKey {
        case number, code, credits, state, note, created, expires
        case redeemedBy = "redeemed_by"
    }

    init(_ voucher: Voucher, code: VoucherCode?, at now: Timestamp) {
        number = voucher.number
        self.code = code?.reveal()
        credits = voucher.credits.value
        state = voucher.state(at: now)
        note = voucher.note
        created = voucher.createdAt.iso8601
        expires = voucher.expiresAt?.iso8601
        redeemedBy = voucher.redeemedBy?.key
    }

    static func say(_ lines: [VoucherLine], _ format: VoucherCommand.Format) throws {
        switch format {
        case .json: try Terminal.say(json: lines)
        case .text: for line in lines { Terminal.say(line.words) }
        case .csv:
            Terminal.say("number,code,credits,state,note,created,expires,redeemed_by")
            for line in lines {
                let fields: [String] = [
                    String(line.number), line.code ?? "", String(line.credits), line.state.rawValue, line.note, line.created,
                    line.expires ?? "", line.redeemedBy ?? "",
                ]
                Terminal.say(fields.map(csv).joined(separator: ","))
            }
        }
    }

    private var words: String {
        let facts = [
            code, "\(CreditAmount(credits))", code == nil ? state.rawValue : nil, redeemedBy.map { "by \($0)" },
            expires.map { "until \($0)" },
            note.isEmpty ? nil : note,
        ]
        return "\(number)  " + facts.compactMap(\.self).joined(separator: "  ")
    }

    /// RFC 4180; and no cell that a spreadsheet would take for a formula.
    static func csv(_ field: String) -> String {
        let safe = ["=", "+", "-", "@", "\t"].contains(field.first.map(String.init) ?? "") ? "'" + field : field
        guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension Terminal {
    /// Prints a value as JSON with sorted keys.
    static func say(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        say(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
