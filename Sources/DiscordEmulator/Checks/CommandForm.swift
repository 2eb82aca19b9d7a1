import OrderedCollections

/// Checks application commands: names, counts, option rules and the 8,000 characters of one command.
enum CommandForm {
    static let maximumCharacters = 8_000
    static let maximumOptions = 25

    /// A command ready to be stored, but for its ids.
    struct Draft: Sendable {
        var kind: CommandRecord.Kind
        var name: String
        var shown: JSONObject
    }

    /// `path` is the element's place in a bulk overwrite. `earlier` is what an edit starts from.
    static func read(_ form: FormReader, earlier: JSON? = nil) -> Draft {
        let kind = CommandRecord.Kind(rawValue: form.choice("type", of: [1, 2, 3]) ?? Int(earlier?["type"]?.int ?? 1)) ?? .chat
        let name = form.string("name", required: earlier == nil, 1...32) ?? earlier?["name"]?.string ?? ""
        if form.has("name"), kind == .chat { checkName(name, form) }
        var shown: JSONObject = ["type": .int(kind.rawValue), "name": .string(name)]
        let oldDescription = earlier?["description"]?.string
        switch kind {
        case .chat:
            let description = form.string("description", required: earlier == nil, 1...100) ?? oldDescription ?? ""
            shown["description"] = .string(description)
        case .user, .message:
            if let text = form.value("description")?.string, !text.isEmpty {
                form.fail("description", "APPLICATION_COMMAND_DESCRIPTION_INVALID", "Context menu commands cannot have description")
            }
            if form.value("options")?.array?.isEmpty == false {
                form.fail("options", "APPLICATION_COMMAND_OPTIONS_INVALID", "Context menu commands cannot have options")
            }
            shown["description"] = ""
        }
        for key in ["name_localizations", "description_localizations"] {
            shown[key] = localizations(key, form) ?? earlier?[key] ?? .null
        }
        shown["default_member_permissions"] =
            form.has("default_member_permissions")
            ? form.string("default_member_permissions").map { .string($0) } ?? .null : earlier?["default_member_permissions"] ?? .null
        shown["dm_permission"] = form.bool("dm_permission").map { .bool($0) } ?? earlier?["dm_permission"] ?? true
        shown["nsfw"] = form.bool("nsfw").map { .bool($0) } ?? earlier?["nsfw"] ?? false
        shown["contexts"] = integers("contexts", form, allowed: [0, 1, 2]) ?? earlier?["contexts"] ?? .null
        shown["integration_types"] = integers("integration_types", form, allowed: [0, 1]) ?? earlier?["integration_types"] ?? [0]
        if form.has("options") {
            shown["options"] = .list(CommandOptionForm.read(form, depth: 0))
        } else if let options = earlier?["options"] {
            shown["options"] = options
        }
        let size = characters(.object(shown))
        if size > maximumCharacters {
            form.failHere(
                "APPLICATION_COMMAND_TOO_LARGE", "Application command combined name, description, and value properties exceed 8000")
        }
        return Draft(kind: kind, name: name, shown: shown)
    }

    static func checkName(_ name: String, _ form: FormReader) {
        let isGood = name.unicodeScalars.allSatisfy { scalar in
            scalar == "-" || scalar == "_" || scalar == "'" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || scalar.properties.generalCategory == .nonspacingMark
        }
        if !isGood || name != name.lowercased() {
            form.fail("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        }
    }

    static func localizations(_ key: String, _ form: FormReader) -> JSON? {
        guard let value = form.value(key) else { return nil }
        guard let table = value.object else {
            form.fail(key, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return nil
        }
        for (locale, text) in table where text.string == nil && !text.isNull {
            form.mistakes.tree.add(form.path + [key, locale], "STRING_TYPE_CONVERT", "Could not interpret \"\(text.text)\" as string.")
        }
        return value
    }

    private static func integers(_ key: String, _ form: FormReader, allowed: [Int64]) -> JSON? {
        guard let list = form.list(key) else { return nil }
        for (index, value) in list.enumerated() where value.int.map(allowed.contains) != true {
            let choices = allowed.map(String.init).joined(separator: ", ")
            form.mistakes.tree.add(form.path + [key, String(index)], "BASE_TYPE_CHOICES", "Value must be one of (\(choices)).")
        }
        return .array(list)
    }

    /// The characters of names, descriptions and choice values, of all options too.
    static func characters(_ command: JSON) -> Int {
        var count = (command["name"]?.string?.utf16.count ?? 0) + (command["description"]?.string?.utf16.count ?? 0)
        for choice in command["choices"]?.array ?? [] {
            count += (choice["name"]?.string?.utf16.count ?? 0) + (choice["value"]?.string?.utf16.count ?? 0)
        }
        for option in command["options"]?.array ?? [] { count += characters(option) }
        return count
    }
}
