/// Discord's bounds on what one sends. Source: the pages of each object at https://discord.com/developers/docs
public enum Limits {
    public static let content = 2_000
    public static let embeds = 10
    /// Characters of all embeds of a message together.
    public static let embedCharacters = 6_000
    public static let embedTitle = 256
    public static let embedDescription = 4_096
    public static let embedFields = 25
    public static let embedFieldName = 256
    public static let embedFieldValue = 1_024
    public static let embedFooter = 2_048
    public static let embedAuthor = 256
    public static let actionRows = 5
    public static let buttonsInRow = 5
    public static let selectOptions = 25
    public static let customID = 100
    public static let buttonLabel = 80
    public static let placeholder = 150
    public static let modalTitle = 45
    public static let textInputLabel = 45
    public static let textInputValue = 4_000
    public static let modalRows = 5
    public static let nonce = 25
    public static let files = 10
    /// Bytes of one file where no other limit is told.
    public static let fileBytes = 10 * 1_024 * 1_024
    /// Bytes of all files of a request.
    public static let requestBytes = 25 * 1_024 * 1_024
    public static let fileDescription = 1_024
    public static let webhookName = 80
    public static let commandName = 32
    public static let commandDescription = 100
    public static let commandOptions = 25
    public static let choices = 25
    public static let choiceName = 100
    public static let choiceText = 100
    /// Characters of names, descriptions and values of a command together.
    public static let commandCharacters = 8_000
    /// Within which an interaction must be acknowledged.
    public static let acknowledgeWithin = Duration.seconds(3)
    /// For which an interaction's token can be used.
    public static let tokenLifetime = Duration.seconds(15 * 60)
}

/// What in a payload breaks which of Discord's bounds; found before the wire.
public struct InvalidPayload: Error, Sendable, Hashable, CustomStringConvertible {
    /// As `embeds[0].title`.
    public var field: String
    public var problem: String

    public var description: String { "\(field): \(problem)" }
}

/// Collects the checks of a payload; the first that fails is thrown.
struct PayloadCheck {
    func length(_ text: String?, _ field: @autoclosure () -> String, _ range: ClosedRange<Int>) throws(InvalidPayload) {
        guard let text else { return }
        // Discord counts UTF-16 code units.
        let length = text.utf16.count
        guard range.contains(length) else {
            throw InvalidPayload(field: field(), problem: "must have \(range.lowerBound) to \(range.upperBound) characters, not \(length)")
        }
    }

    func count(_ count: Int, _ field: @autoclosure () -> String, _ range: ClosedRange<Int>) throws(InvalidPayload) {
        guard range.contains(count) else {
            throw InvalidPayload(field: field(), problem: "must have \(range.lowerBound) to \(range.upperBound) entries, not \(count)")
        }
    }

    func require(_ condition: Bool, _ field: @autoclosure () -> String, _ problem: @autoclosure () -> String) throws(InvalidPayload) {
        guard condition else { throw InvalidPayload(field: field(), problem: problem()) }
    }
}
