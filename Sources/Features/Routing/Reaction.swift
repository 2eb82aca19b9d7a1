import Discord
import DiscordModels
import Support

/// What is done about an interaction, decided without any I/O: first the response, then the rest.
struct Reaction: Sendable {
    /// Goes out at once, before anything else is touched.
    var response: InteractionResponse
    /// For what must be known before anything can be said: a form with its values filled in has to be the first response.
    /// Reads a row or two and no more; when it takes too long or fails, that is whispered instead.
    var prepare: (@Sendable () async throws -> InteractionResponse)?
    /// The rest; nil where the response says it all. When it returns, what it promises is durable.
    var next: (@Sendable (ReplyAddress) async throws -> Void)?

    init(response: InteractionResponse, next: (@Sendable (ReplyAddress) async throws -> Void)? = nil) {
        self.response = response
        self.next = next
    }

    /// The whole answer at once, to be seen only by the person who asked.
    static func whisper(_ text: String) -> Reaction { Reaction(response: .whisper(text)) }

    /// The whole answer at once, of something that must be read first.
    static func prepared(_ prepare: @escaping @Sendable () async throws -> InteractionResponse) -> Reaction {
        var reaction = Reaction.whisper(RoutingText.cannotAccept)
        reaction.prepare = prepare
        return reaction
    }
}

extension InteractionResponse {
    /// A message that only the person who asked sees.
    static func whisper(_ text: String, components: [Component] = []) -> InteractionResponse {
        .message(OutgoingMessage(content: text, components: components, flags: .ephemeral))
    }
}

/// A command: knows how it looks and what it does. One file a command.
protocol CommandHandler: Sendable {
    var definition: NewApplicationCommand { get }
    /// Pure.
    func react(to interaction: Interaction) -> Reaction
    /// What to offer while the user types the focused option. At most 25, and quickly: Discord waits 3 s.
    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice]
}

extension CommandHandler {
    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] { [] }
}

/// Does what the buttons and select menus of one feature do.
protocol ButtonHandler: Sendable {
    var actions: Set<ButtonID.Action> { get }
    /// Pure.
    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction
}

/// Takes the forms of one feature, filled in.
protocol ModalHandler: Sendable {
    /// What the forms' sealed ids say.
    var actions: Set<ButtonID.Action> { get }
    /// Pure.
    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction
}
