import OrderedCollections

/// Submitting a modal: what was typed becomes the components that the application gets.
extension World {
    mutating func submit(_ openerID: ID?, values: JSONObject, files: [String: [UploadedFile]], as userID: ID, nonce: JSON?)
        throws(PlayError) -> InteractionRecord
    {
        guard let openerID, let opener = interactions[openerID], opener.userID == userID, let modal = opener.modal else {
            throw PlayError("That interaction opened no modal for this user.", field: "interaction_id", status: 404)
        }
        let channel = try channelToSpeak(opener.channelID, userID)
        var attachments: [AttachmentRecord] = []
        var mentioned: [ID] = []
        var components: [JSON] = []
        let known = Self.customIDs(in: modal["components"]?.array ?? [])
        for name in Array(values.keys) + Array(files.keys) where !known.contains(name) {
            throw PlayError("The modal has no field \(name); it has \(known.sorted().joined(separator: ", ")).", field: name)
        }
        for component in modal["components"]?.array ?? [] {
            components.append(try filled(component, values, files, &attachments, &mentioned, in: channel))
        }
        var data: JSONObject = ["custom_id": modal["custom_id"] ?? "", "components": .array(components)]
        var resolved = resolve(mentioned, guildID: channel.guildID).object ?? [:]
        if !attachments.isEmpty {
            var shown: JSONObject = [:]
            for attachment in attachments { shown[attachment.id.description] = show(attachment).merging(["ephemeral": true]) }
            resolved["attachments"] = .object(shown)
        }
        if !resolved.isEmpty { data["resolved"] = .object(resolved) }
        return startInteraction(
            .modal, applicationID: opener.applicationID, userID: userID, in: channel, data: .object(data),
            sourceMessageID: opener.sourceMessageID, openerID: openerID, nonce: nonce)
    }

    private mutating func filled(
        _ component: JSON, _ values: JSONObject, _ files: [String: [UploadedFile]], _ attachments: inout [AttachmentRecord],
        _ mentioned: inout [ID], in channel: ChannelRecord
    ) throws(PlayError) -> JSON {
        let type = component["type"]?.int ?? 0
        var shown: JSONObject = ["type": .int(type), "id": component["id"] ?? 0]
        if let children = component["components"]?.array {
            var filledChildren: [JSON] = []
            for child in children { filledChildren.append(try filled(child, values, files, &attachments, &mentioned, in: channel)) }
            shown["components"] = .array(filledChildren)
        }
        if let child = component["component"] {
            shown["component"] = try filled(child, values, files, &attachments, &mentioned, in: channel)
        }
        guard let customID = component["custom_id"]?.string else { return .object(shown) }
        shown["custom_id"] = .string(customID)
        let isRequired = component["required"]?.bool ?? true
        let given = values[customID]
        switch type {
        case 4:
            let text = given?.string ?? component["value"]?.string ?? ""
            try Self.check(text, of: component, isRequired, customID)
            shown["value"] = .string(text)
        case 19:
            let uploaded = files[customID] ?? []
            if isRequired, uploaded.isEmpty { throw PlayError("A file is required.", field: customID) }
            if uploaded.count > Int(component["max_values"]?.int ?? 1) { throw PlayError("These are too many files.", field: customID) }
            for file in uploaded { try Self.check(file, against: component["file_types"], field: customID) }
            let records = uploaded.map { store($0, named: nil, in: channel.id) }
            attachments.append(contentsOf: records)
            shown["values"] = .ids(records.map(\.id))
        case 21:
            let chosen = given.flatMap { $0.isNull ? nil : $0 } ?? Self.defaults(of: component).first
            if isRequired, chosen == nil { throw PlayError("Choose one.", field: customID) }
            if let chosen { try check(values: [chosen], of: component, in: channel.guildID, field: customID) }
            shown["value"] = chosen ?? .null
        case 23: shown["value"] = .bool(given?.bool ?? component["default"]?.bool ?? false)
        default:
            var chosen = given?.array ?? given.map { [$0] } ?? Self.defaults(of: component)
            if isRequired || !chosen.isEmpty {
                try check(values: chosen, of: component, in: channel.guildID, field: customID)
            }
            if (5...8).contains(type) {
                mentioned.append(contentsOf: chosen.compactMap(\.id))
                chosen = chosen.compactMap(\.id).map { .id($0) }
            }
            shown["values"] = .array(chosen)
        }
        return .object(shown)
    }

    private static func customIDs(in components: [JSON]) -> Set<String> {
        components.reduce(into: []) { ids, component in
            if let id = component["custom_id"]?.string { ids.insert(id) }
            ids.formUnion(customIDs(in: (component["components"]?.array ?? []) + [component["component"]].compactMap { $0 }))
        }
    }

    private static func check(_ text: String, of component: JSON, _ isRequired: Bool, _ field: String) throws(PlayError) {
        let count = text.utf16.count
        if isRequired, count == 0 { throw PlayError("This field is required.", field: field) }
        let least = Int(component["min_length"]?.int ?? 0)
        let most = Int(component["max_length"]?.int ?? 4_000)
        if count > 0, count < least || count > most {
            throw PlayError("Between \(least) and \(most) characters, please; these are \(count).", field: field)
        }
    }
}
