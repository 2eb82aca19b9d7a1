import OrderedCollections

/// What the owner of an application sets in Discord's developer pages.
extension ControlAPI {
    func changeApplication(_ call: Call) async throws -> JSON {
        let endpoint = call.body["interactions_endpoint_url"]
        if let url = endpoint?.string, let id = ID(call.path[1]), let problem = await core.tryEndpoint(url, of: id) {
            throw World.PlayError("The endpoint could not be verified: \(problem).", field: "interactions_endpoint_url")
        }
        return try core.step { (state) throws(World.PlayError) in
            guard let id = ID(call.path[1]), var application = state.world.applications[id] else {
                throw World.PlayError("There is no such application.", status: 404)
            }
            if let intents = call.body["intents"] {
                for (name, intent) in [
                    ("message_content", Intents.messageContent), ("guild_members", .guildMembers), ("presences", .guildPresences),
                ] {
                    guard let isOn = intents[name]?.bool else { continue }
                    if isOn { application.disallowedIntents.remove(intent) } else { application.disallowedIntents.insert(intent) }
                }
            }
            if let name = call.body["name"]?.string, (1...32).contains(name.utf16.count) {
                application.name = name
                state.world.users[id]?.username = name
            }
            if let endpoint { application.interactionsEndpoint = endpoint.string }
            if let uris = call.body["redirect_uris"]?.array?.compactMap(\.string) { application.redirectURIs = Array(uris.prefix(100)) }
            state.world.applications[id] = application
            return state.world.show(application: id).merging(["client_secret": .string(application.clientSecret)])
        }
    }

    /// Tries an application's endpoint once more; the status it answered with.
    func probe(_ call: Call) async throws -> JSON {
        guard let id = ID(call.path[1]), let url = core.step({ $0.world.applications[id]?.interactionsEndpoint }) else {
            throw World.PlayError("That application has no interactions endpoint.", status: 404)
        }
        guard let kind = SignedRequest.Probe(rawValue: call.body["kind"]?.string ?? "ping") else {
            throw World.PlayError("The kinds are ping, invalid and stale.", field: "kind")
        }
        do { return ["status": .int(try await core.probe(kind, url, of: id).status)] } catch {
            throw World.PlayError("The endpoint did not answer: \(error)", status: 502)
        }
    }

    /// A person's answer to an authorize page, without the page: where it sends them.
    func authorize(_ call: Call) throws(World.PlayError) -> JSON {
        var query: [String: String] = ["response_type": "code"]
        for (key, value) in call.body.object ?? [:] { if let text = value.string { query[key] = text } }
        let asked = query
        return try core.step { (state) throws(World.PlayError) in
            let request = try state.world.oauthRequest(asked)
            return ["location": .string(state.world.authorize(request, as: call.user, approves: call.body["approve"]?.bool ?? true))]
        }
    }
}
