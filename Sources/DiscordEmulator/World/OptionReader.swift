import OrderedCollections

/// Turns named values into the option list of an interaction, with the checks of Discord's command picker.
struct OptionReader {
    let invocation: World.Invocation
    let guildID: ID?
    let channelID: ID
    /// The subcommand's words, once read.
    private(set) var subcommands: [String] = []
    /// Ids whose objects go into `resolved`.
    var mentioned: [ID] = []
    var messages: [ID] = []
    private var attachments: [AttachmentRecord] = []

    init(invocation: World.Invocation, guildID: ID?, channelID: ID) {
        self.invocation = invocation
        self.guildID = guildID
        self.channelID = channelID
    }

    private var isCompleting: Bool { invocation.focused != nil }

    mutating func read(_ definitions: [JSON], values: JSONObject, in world: inout World) throws(World.PlayError) -> [JSON] {
        for name in values.keys where !definitions.contains(where: { $0["name"]?.string == name }) {
            throw World.PlayError("The command has no option \(name).", field: name)
        }
        let nested = definitions.filter { ($0["type"]?.int ?? 3) <= 2 }
        if !nested.isEmpty {
            guard let chosen = nested.first(where: { values[$0["name"]?.string ?? ""] != nil }) else {
                let names = nested.compactMap { $0["name"]?.string }.joined(separator: ", ")
                throw World.PlayError("Choose one of the subcommands: \(names).", field: "options")
            }
            let name = chosen["name"]?.string ?? ""
            subcommands.append(name)
            let inner = try read(chosen["options"]?.array ?? [], values: values[name]?.object ?? [:], in: &world)
            return [["name": .string(name), "type": chosen["type"] ?? 1, "options": .array(inner)]]
        }
        var options: [JSON] = []
        for definition in definitions {
            if let option = try option(definition, values, in: &world) { options.append(option) }
        }
        return options
    }

    private mutating func option(_ definition: JSON, _ values: JSONObject, in world: inout World) throws(World.PlayError) -> JSON? {
        let name = definition["name"]?.string ?? ""
        let type = Int(definition["type"]?.int ?? 3)
        let isFocused = invocation.focused == name
        var given = values[name].flatMap { $0.isNull ? nil : $0 }
        if isFocused, definition["autocomplete"]?.bool != true {
            throw World.PlayError("The option \(name) is not completed by the application.", field: name)
        }
        if type == 11, let file = invocation.files[name] {
            try World.check(file, against: definition["file_types"], field: name)
            let record = world.store(file, named: nil, in: channelID)
            attachments.append(record)
            given = .id(record.id)
        }
        if isFocused, given == nil { given = "" }
        guard let given else {
            if definition["required"]?.bool == true, !isCompleting {
                throw World.PlayError("The option \(name) is required.", field: name)
            }
            return nil
        }
        // While one types, Discord sends what stands in the fields as it is: right, wrong or half.
        let value = isCompleting ? given : try converted(given, definition, type, name, world)
        var shown: JSONObject = ["name": .string(name), "type": .int(type), "value": value]
        if isFocused { shown["focused"] = true }
        return .object(shown)
    }

    private mutating func converted(_ value: JSON, _ definition: JSON, _ type: Int, _ name: String, _ world: World)
        throws(World.PlayError) -> JSON
    {
        func wrong(_ what: String) -> World.PlayError { World.PlayError("The option \(name) must be \(what).", field: name) }
        var result = value
        switch type {
        case 3:
            guard let text = value.string else { throw wrong("text") }
            let least = Int(definition["min_length"]?.int ?? 0)
            let most = Int(definition["max_length"]?.int ?? 6_000)
            guard (least...max(least, most)).contains(text.utf16.count) else {
                throw wrong("between \(least) and \(most) characters long")
            }
        case 4:
            guard let int = value.int ?? value.string.flatMap({ Int64($0) }) else { throw wrong("a whole number") }
            result = .int(int)
        case 10:
            guard let double = value.double ?? value.string.flatMap({ Double($0) }) else { throw wrong("a number") }
            result = .double(double)
        case 5:
            guard value.bool != nil else { throw wrong("true or false") }
        case 11:
            guard let id = value.id, attachments.contains(where: { $0.id == id }) else { throw wrong("a file") }
            result = .id(id)
        default:
            guard let id = value.id, isKnown(id, as: type, in: world) else { throw wrong("something of this guild") }
            if type == 7, let kinds = definition["channel_types"]?.array, !kinds.isEmpty, let kind = world.channels[id]?.kind,
                !kinds.contains(.int(kind.rawValue))
            {
                throw wrong("a channel of another kind")
            }
            mentioned.append(id)
            result = .id(id)
        }
        if let number = result.double, type == 4 || type == 10 {
            if let least = definition["min_value"]?.double, number < least {
                throw wrong("at least \(definition["min_value"]?.text ?? "")")
            }
            if let most = definition["max_value"]?.double, number > most { throw wrong("at most \(definition["max_value"]?.text ?? "")") }
        }
        let choices = definition["choices"]?.array ?? []
        let isChosen = choices.contains { $0["value"] == result || $0["value"]?.double != nil && $0["value"]?.double == result.double }
        if !choices.isEmpty, !isChosen { throw wrong("one of the choices") }
        return result
    }

    private func isKnown(_ id: ID, as type: Int, in world: World) -> Bool {
        let isUser = world.users[id] != nil
        let isRole = world.isRole(id, in: guildID)
        switch type {
        case 6: return isUser
        case 7: return world.channels[id]?.guildID == guildID
        case 8: return isRole
        case 9: return isUser || isRole
        default: return false
        }
    }

    /// The `resolved` object; empty if nothing is to be resolved.
    func resolved(in world: World) -> JSONObject {
        var resolved = world.resolve(mentioned, guildID: guildID).object ?? [:]
        if !attachments.isEmpty {
            var shown: JSONObject = [:]
            for attachment in attachments { shown[attachment.id.description] = world.show(attachment).merging(["ephemeral": true]) }
            resolved["attachments"] = .object(shown)
        }
        if !messages.isEmpty {
            var shown: JSONObject = [:]
            for id in messages { if let message = world.messages[id] { shown[id.description] = world.show(message) } }
            resolved["messages"] = .object(shown)
        }
        return resolved
    }
}
