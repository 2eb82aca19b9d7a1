import OrderedCollections

/// Whether what a person chose in a select, a group of boxes or an upload is among what it offers.
extension World {
    func check(values: [JSON], of component: JSON, in guildID: ID?, field: String = "values") throws(PlayError) {
        let type = component["type"]?.int ?? 0
        let least = Int(component["min_values"]?.int ?? 1)
        let most = Int(component["max_values"]?.int ?? 1)
        guard (least...max(least, most)).contains(values.count) else {
            throw PlayError("Choose between \(least) and \(most) values; these are \(values.count).", field: field)
        }
        guard Set(values).count == values.count else { throw PlayError("Choose each value once.", field: field) }
        if let options = component["options"]?.array {
            for value in values where !options.contains(where: { $0["value"] == value }) {
                throw PlayError("There is no option \(value.text).", field: field)
            }
            return
        }
        let kinds = component["channel_types"]?.array
        for value in values {
            guard let id = value.id else { throw PlayError("An id is needed, not \(value.text).", field: field) }
            let isRight =
                switch type {
                case 5: users[id] != nil
                case 6: isRole(id, in: guildID)
                case 7: users[id] != nil || isRole(id, in: guildID)
                case 8: channels[id].map { $0.guildID == guildID && kinds?.contains(.int($0.kind.rawValue)) ?? true } ?? false
                default: true
                }
            guard isRight else { throw PlayError("\(id) cannot be chosen here.", field: field) }
        }
    }

    func isRole(_ id: ID, in guildID: ID?) -> Bool { guildID.flatMap { guilds[$0] }?.roles.contains { $0.id == id } ?? false }

    /// What stands in a component before anybody touches it.
    static func defaults(of component: JSON) -> [JSON] {
        let chosen = (component["options"]?.array ?? []).filter { $0["default"]?.bool == true }.compactMap { $0["value"] }
        return chosen + (component["default_values"]?.array ?? []).compactMap { $0["id"] }
    }

    /// `file_types` hold endings (`.png`, `png`), types (`image/png`) and families of types (`image`, `image/*`).
    static func check(_ file: UploadedFile, against types: JSON?, field: String) throws(PlayError) {
        guard let types = types?.array?.compactMap(\.string), !types.isEmpty else { return }
        let type = ImageSize.read(file.bytes)?.type ?? file.contentType ?? ContentType.guess(file.filename)
        let ending = file.filename.split(separator: ".").last.map { $0.lowercased() } ?? ""
        let isRight = types.contains { wanted in
            let bare = wanted.hasPrefix(".") ? String(wanted.dropFirst()) : wanted
            let family = bare.hasSuffix("/*") ? String(bare.dropLast(2)) : bare
            return bare.lowercased() == ending || bare == type || type.hasPrefix("\(family)/")
        }
        guard isRight else { throw PlayError("\(file.filename) is none of \(types.joined(separator: ", ")).", field: field) }
    }
}
