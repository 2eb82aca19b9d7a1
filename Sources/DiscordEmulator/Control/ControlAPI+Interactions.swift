import OrderedCollections
import Support

/// Commands, clicks and modals, and what became of them.
extension ControlAPI {
    func command(_ call: Call) throws(World.PlayError) -> JSON {
        let invocation = try Self.invocation(call.body)
        return ["id": .id(try start(invocation, call).id)]
    }

    func autocomplete(_ call: Call) async throws -> JSON {
        var invocation = try Self.invocation(call.body)
        guard let focused = call.body["focused"]?.string else {
            throw World.PlayError("Name the option that is being typed.", field: "focused")
        }
        invocation.focused = focused
        let id = try start(invocation, call).id
        let settled = await core.wait(atMost: .seconds(4)) { state -> EmulatorCore.Look<InteractionRecord> in
            guard let interaction = state.world.interactions[id], interaction.state.isSettled else { return .notYet }
            return .found(interaction)
        }
        guard let choices = settled?.choices else {
            return ["choices": [], "error": .string(settled?.error ?? "The application did not respond")]
        }
        return ["choices": .array(choices)]
    }

    private func start(_ invocation: World.Invocation, _ call: Call) throws(World.PlayError) -> InteractionRecord {
        let channelID = call.body["channel_id"]?.id
        return try core.step { (state) throws(World.PlayError) in
            try state.world.invoke(invocation, in: channelID, as: call.user)
        }
    }

    private static func invocation(_ body: JSON) throws(World.PlayError) -> World.Invocation {
        var invocation = World.Invocation()
        invocation.commandID = body["command_id"]?.id
        invocation.name = body["name"]?.string
        invocation.options = body["options"]?.object ?? [:]
        invocation.targetID = body["target_id"]?.id
        invocation.nonce = body["nonce"].flatMap { $0.isNull ? nil : $0 }
        var files: [String: UploadedFile] = [:]
        for (name, entry) in body["attachments"]?.object ?? [:] { files[name] = try file(entry, index: files.count, field: name) }
        invocation.files = files
        return invocation
    }

    func component(_ call: Call) throws(World.PlayError) -> JSON {
        let body = call.body
        guard let customID = body["custom_id"]?.string else { throw World.PlayError("Which component?", field: "custom_id") }
        return try core.step { (state) throws(World.PlayError) in
            let interaction = try state.world.press(
                customID, on: body["message_id"]?.id, values: body["values"]?.array ?? [], as: call.user, nonce: body["nonce"])
            return ["id": .id(interaction.id)]
        }
    }

    func modal(_ call: Call) throws(World.PlayError) -> JSON {
        let body = call.body
        var values = body["values"]?.object ?? [:]
        var files: [String: [UploadedFile]] = [:]
        for (customID, value) in values {
            guard let list = value.array, list.first?["filename"] != nil else { continue }
            var uploaded: [UploadedFile] = []
            for (index, entry) in list.enumerated() { uploaded.append(try Self.file(entry, index: index, field: customID)) }
            files[customID] = uploaded
            values[customID] = nil
        }
        let typed = values
        let attached = files
        return try core.step { (state) throws(World.PlayError) in
            let interaction = try state.world.submit(
                body["interaction_id"]?.id, values: typed, files: attached, as: call.user, nonce: body["nonce"])
            return ["id": .id(interaction.id)]
        }
    }

    func interaction(_ call: Call) async throws -> JSON {
        guard let id = ID(call.path[1]), core.step({ $0.world.interactions[id] != nil }) else {
            throw World.PlayError("There is no such interaction.", status: 404)
        }
        var expectation = Expectation(mustSettle: call.query["settle"] == "1")
        expectation.attachments = call.query["attachments"].flatMap { Int($0) }
        expectation.text = call.query["contains"]
        expectation.quiet = call.query["quiet_ms"].flatMap { Int($0) }.map { .milliseconds(min($0, 60_000)) }
        let isPatient = expectation.mustSettle || expectation.attachments != nil || expectation.text != nil || expectation.quiet != nil
        if isPatient {
            let ready = expectation
            let timeout = Duration.milliseconds(call.number("timeout_ms", 0...120_000, default: 10_000))
            _ = await core.wait(atMost: timeout) { state in ready.look(at: id, in: state) }
        }
        return core.step { state in
            state.world.interactions[id].map { Self.show($0, state.world, call.user) } ?? .null
        }
    }

    static func show(_ interaction: InteractionRecord, _ world: World, _ user: ID) -> JSON {
        func since(_ moment: Timestamp?) -> JSON { moment.map { .int(($0 - interaction.createdAt).milliseconds) } ?? .null }
        var shown: JSONObject = [
            "id": .id(interaction.id), "kind": .string(interaction.kind.name), "state": .string(interaction.state.rawValue),
            "acknowledged_after_ms": since(interaction.acknowledgedAt), "answered_after_ms": since(interaction.answeredAt),
            "message": interaction.originalMessageID.flatMap { world.messages[$0] }.map { world.show($0, for: user) } ?? .null,
            "followups": .list(interaction.followupIDs.compactMap { world.messages[$0] }.map { world.show($0, for: user) }),
        ]
        if let error = interaction.error { shown["error"] = .string(error) }
        if let modal = interaction.modal { shown["modal"] = modal }
        if let choices = interaction.choices { shown["choices"] = .array(choices) }
        return .object(shown)
    }
}

/// When an interaction is what a test waits for.
struct Expectation: Sendable {
    var mustSettle = false
    /// At least so many files.
    var attachments: Int?
    /// Text in the content, an embed or a component.
    var text: String?
    /// Unchanged for that long.
    var quiet: Duration?

    func look(at id: ID, in state: EmulatorCore.State) -> EmulatorCore.Look<InteractionRecord> {
        guard let interaction = state.world.interactions[id] else { return .notYet }
        if interaction.state == .failed { return .found(interaction) }
        if mustSettle, !interaction.state.isSettled { return .notYet }
        let ids = [interaction.originalMessageID].compactMap { $0 } + interaction.followupIDs
        let messages = ids.compactMap { state.world.messages[$0] }
        if let attachments, !messages.contains(where: { $0.attachments.count >= attachments }) { return .notYet }
        if let text, !messages.contains(where: { $0.shows(text) }) { return .notYet }
        if let quiet {
            let left = interaction.changedAt + quiet - state.now
            if left > .zero { return .again(after: left) }
        }
        return .found(interaction)
    }
}

extension MessageRecord {
    /// Whether a text is to be read anywhere on it.
    func shows(_ text: String) -> Bool {
        content.contains(text) || (embeds + components).contains { Self.holds(text, $0) }
    }

    private static func holds(_ text: String, _ value: JSON) -> Bool {
        switch value {
        case .string(let string): string.contains(text)
        case .array(let elements): elements.contains { holds(text, $0) }
        case .object(let members): members.values.contains { holds(text, $0) }
        default: false
        }
    }
}
