import Foundation

/// The outside of every delivery: where it goes, and which feature knows how to say it.
struct AnswerEnvelope: Sendable, Hashable, Codable {
    var feature: String
    var address: ReplyAddress
    /// The feature's own JSON.
    var body: String

    init(feature: String, address: ReplyAddress, body: [UInt8]) {
        self.feature = feature
        self.address = address
        self.body = String(decoding: body, as: UTF8.self)
    }

    func decodeBody<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body.utf8))
    }
}
