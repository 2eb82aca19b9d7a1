import Support

/// One interaction, from a person's click to the application's answer.
struct InteractionRecord: Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        case command = 2
        case component = 3
        case autocomplete = 4
        case modal = 5

        var name: String {
            switch self {
            case .command: "command"
            case .component: "component"
            case .autocomplete: "autocomplete"
            case .modal: "modal"
            }
        }
    }

    /// What the person sees of it.
    enum State: String, Sendable, Codable {
        /// Sent to the application, which has 3 s.
        case pending
        /// Deferred: "… is thinking", for at most 15 minutes.
        case acknowledged
        case answered
        /// "The application did not respond".
        case failed

        var isSettled: Bool { self == .answered || self == .failed }
    }

    static let acknowledgeWithin: Duration = .seconds(3)
    static let tokenLifetime: Duration = .seconds(15 * 60)

    let id: ID
    let token: String
    let kind: Kind
    let applicationID: ID
    let userID: ID
    let channelID: ID
    let guildID: ID?
    let createdAt: Timestamp
    /// Through whose installation the application is there.
    var owners = JSON.empty
    /// The page's own mark.
    var nonce: JSON?
    /// The `data` that the application gets.
    var data: JSON
    /// The command's whole name, as in `credits add`.
    var commandName: String?
    /// Of a component, or of a modal that a component opened: the message it sits on.
    var sourceMessageID: ID?
    /// Of a modal: the interaction that opened it.
    var openerID: ID?

    var state = State.pending
    var error: String?
    var acknowledgedAt: Timestamp?
    var answeredAt: Timestamp?
    /// When anything of it last changed.
    var changedAt: Timestamp
    /// The type of the callback that acknowledged it.
    var callbackType: Int?
    /// What `@original` means.
    var originalMessageID: ID?
    var followupIDs: [ID] = []
    /// The modal it opened.
    var modal: JSON?
    /// The choices it suggested.
    var choices: [JSON]?

    /// Whether only the person installed the application, and not the guild.
    var isOnlyByUser: Bool { owners["0"] == nil }
    var isAcknowledged: Bool { callbackType != nil }
    /// The next moment at which it fails by itself.
    var deadline: Timestamp? {
        switch state {
        case .pending: createdAt + Self.acknowledgeWithin
        case .acknowledged: createdAt + Self.tokenLifetime
        case .answered, .failed: nil
        }
    }
}
