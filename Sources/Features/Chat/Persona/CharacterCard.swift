import Foundation
import Memory
import Pictures
import Support

/// A character card as chat front ends exchange them: JSON of the first three versions, alone or in a PNG's text.
///
/// Source: https://github.com/malfoyslastname/character-card-spec-v2 and https://github.com/kwaroran/character-card-spec-v3
struct CharacterCard: Sendable, Hashable {
    static let fileBytes = 8 << 20

    /// Why a file is no card, in a sentence for the person.
    struct Unreadable: UserFacingError, Hashable {
        let userMessage: String
    }

    private struct Fields: Decodable {
        var name: String?
        var description: String?
        var personality: String?
        var scenario: String?
        var first_mes: String?
        var mes_example: String?
        var system_prompt: String?
        var post_history_instructions: String?
    }

    private struct Wrapped: Decodable { var data: Fields? }

    let persona: Persona

    init(file bytes: [UInt8]) throws(Unreadable) {
        try self.init(json: PictureFormat(sniffing: bytes) == .png ? Self.json(inPNG: bytes) : bytes)
    }

    init(json: [UInt8]) throws(Unreadable) {
        let data = Data(json)
        let wrapped = (try? JSONDecoder().decode(Wrapped.self, from: data))?.data
        guard let fields = try? wrapped ?? JSONDecoder().decode(Fields.self, from: data),
            let name = fields.name.map(DisplayText.oneLine), !name.isEmpty
        else { throw Unreadable(userMessage: "This file is no character card: there is no name in it. Use the JSON or PNG of a card.") }

        /// Cards name the two by placeholders.
        func told(_ text: String?) -> String? {
            guard let text = text?.trimmingSpace(), !text.isEmpty else { return nil }
            return ["{{char}}", "<BOT>"].reduce(text) { $0.replacing($1, with: name) }
                .replacing("{{user}}", with: "the person you talk with").replacing("<USER>", with: "the person you talk with")
        }
        let parts = [
            told(fields.system_prompt)?.replacing("{{original}}", with: ""), "You are \(name). Stay in character.",
            told(fields.description), told(fields.personality).map { "Personality: \($0)" },
            told(fields.scenario).map { "Scenario: \($0)" },
            told(fields.mes_example).map { "Examples of how \(name) talks:\n\($0.replacing("<START>", with: "").trimmingSpace())" },
            told(fields.post_history_instructions)?.replacing("{{original}}", with: ""),
        ]
        persona = Persona(name: name, instructions: parts.compactMap(\.self).joined(separator: "\n\n"), greeting: told(fields.first_mes))
    }

    /// The card in a PNG: base64 of JSON under `ccv3`, else `chara`.
    private static func json(inPNG bytes: [UInt8]) throws(Unreadable) -> [UInt8] {
        let entries = PNGText.read(from: bytes)
        for keyword in ["ccv3", "chara"] {
            if let entry = entries.first(where: { $0.keyword == keyword }), let data = Data(base64Encoded: entry.text) {
                return Array(data)
            }
        }
        throw Unreadable(userMessage: "There is no character card in this picture, or it is too large. Try the card's JSON file.")
    }
}
