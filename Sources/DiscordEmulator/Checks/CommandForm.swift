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
            let table = localizations(key, form, key.hasPrefix("name") ? 1...32 : 1...100, isName: key.hasPrefix("name") && kind == .chat)
            shown[key] = table ?? (form.has(key) ? .null : earlier?[key]) ?? .null
        }
        shown["default_member_permissions"] =
            form.has("default_member_permissions")
            ? bits("default_member_permissions", form) : earlier?["default_member_permissions"] ?? .null
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

    static func checkName(_ name: String, _ form: FormReader, key: String = "name") {
        let isGood = name.unicodeScalars.allSatisfy { scalar in
            scalar == "-" || scalar == "_" || scalar == "'" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || scalar.properties.generalCategory == .nonspacingMark
        }
        if !isGood || name != name.lowercased() {
            form.fail(key, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        }
    }

    /// Languages that Discord's client knows.
    static let locales: Set<String> = [
        "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko",
        "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
    ]

    /// A table of texts by language, each as long as the text it stands for may be.
    static func localizations(_ key: String, _ form: FormReader, _ length: ClosedRange<Int>, isName: Bool = false) -> JSON? {
        guard let value = form.value(key) else { return nil }
        guard let table = value.object else {
            form.fail(key, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return nil
        }
        let inner = FormReader(value, path: form.path + [key], mistakes: form.mistakes)
        for locale in table.keys {
            guard locales.contains(locale) else {
                let known = locales.sorted().map { "'\($0)'" }.joined(separator: ", ")
                inner.fail(locale, "BASE_TYPE_CHOICES", "Value must be one of (\(known)).")
                continue
            }
            guard let text = inner.string(locale, length) else { continue }
            if isName { checkName(text, inner, key: locale) }
        }
        return value
    }

    private static func bits(_ key: String, _ form: FormReader) -> JSON {
        guard form.value(key) != nil else { return .null }
        return .string(ChannelForm.permissions(key, form).text)
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
        var count = longest("name", of: command) + longest("description", of: command)
        for choice in command["choices"]?.array ?? [] {
            count += longest("name", of: choice) + (choice["value"]?.string?.utf16.count ?? 0)
        }
        for option in command["options"]?.array ?? [] { count += characters(option) }
        return count
    }

    /// A command as a list shows it unless asked for its translations.
    static func withoutTranslations(_ command: JSON) -> JSON {
        guard var members = command.object else { return command }
        members["name_localizations"] = nil
        members["description_localizations"] = nil
        for key in ["options", "choices"] {
            if let list = members[key]?.array { members[key] = .list(list.map(withoutTranslations)) }
        }
        return .object(members)
    }

    /// A command as a person's client shows it in their language.
    static func translated(_ command: JSON, to locale: String) -> JSON {
        guard var members = command.object else { return command }
        for key in ["name", "description"] {
            if let text = members["\(key)_localizations"]?[locale], !text.isNull { members["\(key)_localized"] = text }
        }
        for key in ["options", "choices"] {
            if let list = members[key]?.array { members[key] = .list(list.map { translated($0, to: locale) }) }
        }
        return .object(members)
    }

    /// Of a text and its translations the longest counts.
    private static func longest(_ key: String, of object: JSON) -> Int {
        let translations = object["\(key)_localizations"]?.object?.values.compactMap(\.string) ?? []
        return (translations + [object[key]?.string ?? ""]).map(\.utf16.count).max() ?? 0
    }
}
