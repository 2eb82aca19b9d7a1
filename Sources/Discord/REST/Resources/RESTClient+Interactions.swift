import DiscordModels
import Support

// Answers to interactions. They prove themselves by the interaction's token, do not count towards the global limit, and
// never wait for the calls of other interactions.
// Source: https://discord.com/developers/docs/interactions/receiving-and-responding#endpoints

extension RESTClient {
    /// The first answer. It is repeatable: a second one is refused as already acknowledged, which tells that the first arrived.
    /// - Parameters:
    ///   - within: what is left of the three seconds.
    ///   - fileBytes: bytes that a file may have.
    public func respond(
        to interaction: InteractionID, token: Secret, with response: InteractionResponse, within span: Duration = Limits.acknowledgeWithin,
        fileBytes: Int = Limits.fileBytes
    ) async throws {
        let route = Route(
            .post, "/interactions/{interaction}/{token}/callback", ["interaction": "\(interaction)", "token": token.reveal()],
            major: ["interaction"], authentication: .path, isGloballyLimited: false)
        try check(route) { () throws(InvalidPayload) in try response.validate(fileBytes: fileBytes) }
        guard span > .zero else { throw DiscordAPIError(.expired, route, message: "the three seconds are over") }
        var call = try RESTCall(route, body: response, files: response.files, isRepeatable: true)
        // Half of what is left, so that a call which hangs can be followed by another.
        if response.files.isEmpty { call.timeout = max(.seconds(1), span / 2) }
        call.patience = span
        do {
            try await perform(call)
        } catch let error as DiscordAPIError where error.isUnknownInteraction {
            throw DiscordAPIError(.expired, route, status: error.status, code: error.code, message: error.message)
        }
    }

    public func originalResponse(application: ApplicationID, token: Secret) async throws -> Message {
        try await fetch(RESTCall(interactionMessage(.get, application, token, "@original")))
    }

    /// Changes the first answer, or fills in a deferred one.
    public func editOriginalResponse(
        application: ApplicationID, token: Secret, _ edit: MessageEdit, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = interactionMessage(.patch, application, token, "@original")
        try check(route) { () throws(InvalidPayload) in try edit.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: edit, files: edit.files))
    }

    public func deleteOriginalResponse(application: ApplicationID, token: Secret) async throws {
        try await perform(RESTCall(interactionMessage(.delete, application, token, "@original")))
    }

    /// A further message. Not repeatable: when it is not known whether it arrived, the call fails as `unreachable`.
    public func createFollowup(
        application: ApplicationID, token: Secret, _ message: OutgoingMessage, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = Route(
            .post, "/webhooks/{application}/{token}", ["application": "\(application)", "token": token.reveal()],
            major: ["application", "token"], authentication: .path, isGloballyLimited: false)
        try check(route) { () throws(InvalidPayload) in try message.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: message, files: message.files))
    }

    public func editFollowup(
        application: ApplicationID, token: Secret, message: MessageID, _ edit: MessageEdit, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = interactionMessage(.patch, application, token, "\(message)")
        try check(route) { () throws(InvalidPayload) in try edit.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: edit, files: edit.files))
    }

    public func deleteFollowup(application: ApplicationID, token: Secret, message: MessageID) async throws {
        try await perform(RESTCall(interactionMessage(.delete, application, token, "\(message)")))
    }

    private func interactionMessage(_ method: Route.Method, _ application: ApplicationID, _ token: Secret, _ message: String) -> Route {
        Route(
            method, "/webhooks/{application}/{token}/messages/{message}",
            ["application": "\(application)", "token": token.reveal(), "message": message], major: ["application", "token"],
            authentication: .path,
            isGloballyLimited: false)
    }
}

extension InteractionResponse {
    var files: [FileUpload] {
        switch self {
        case .message(let message): message.files
        case .update(let edit): edit.files
        case .pong, .deferredMessage, .deferredUpdate, .choices, .modal: []
        }
    }
}
