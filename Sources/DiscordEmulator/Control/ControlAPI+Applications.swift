import OrderedCollections

/// What the owner of an application sets in Discord's developer pages.
extension ControlAPI {
    func changeApplication(_ call: Call) throws(World.PlayError) -> JSON {
        try core.step { (state) throws(World.PlayError) in
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
            state.world.applications[id] = application
            return state.world.show(application: id)
        }
    }
}
