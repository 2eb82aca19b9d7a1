import OrderedCollections

/// Checks the options of a chat command, at most three levels deep: group, subcommand, value.
enum CommandOptionForm {
    static func read(_ form: FormReader, depth: Int) -> [JSON] {
        let entries = form.forms("options", 0...CommandForm.maximumOptions) ?? []
        var names: Set<String> = []
        var metOptional = false
        let options = entries.compactMap { option -> JSON? in
            guard let type = option.choice("type", required: true, of: Array(1...11)) else { return nil }
            let name = option.string("name", required: true, 1...32) ?? ""
            if !name.isEmpty { CommandForm.checkName(name, option) }
            if !name.isEmpty, !names.insert(name).inserted {
                option.fail("name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Application command option names must be unique")
            }
            let isRequired = option.bool("required") ?? false
            if isRequired, metOptional {
                option.failHere(
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
            }
            if type > 2, !isRequired { metOptional = true }
            var shown: JSONObject = [
                "type": .int(type), "name": .string(name),
                "description": .string(option.string("description", required: true, 1...100) ?? ""),
            ]
            for key in ["name_localizations", "description_localizations"] {
                let isName = key.hasPrefix("name")
                if let table = CommandForm.localizations(key, option, isName ? 1...32 : 1...100, isName: isName) { shown[key] = table }
            }
            if type <= 2 {
                nest(type, option, &shown, depth: depth)
            } else {
                shown["required"] = .bool(isRequired)
                refine(type, option, &shown)
            }
            return .object(shown)
        }
        let isNested = options.contains { ($0["type"]?.int ?? 3) <= 2 }
        if isNested, options.contains(where: { ($0["type"]?.int ?? 3) > 2 }) {
            form.fail("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and values cannot be mixed")
        }
        return options
    }

    private static func nest(_ type: Int, _ option: FormReader, _ shown: inout JSONObject, depth: Int) {
        if type == 2, depth > 0 {
            option.fail("type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option type is invalid")
        }
        if type == 1, depth > 1 {
            option.fail("type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option type is invalid")
            return
        }
        shown["options"] = depth < 2 ? .list(read(option, depth: depth + 1)) : []
    }

    private static func refine(_ type: Int, _ option: FormReader, _ shown: inout JSONObject) {
        let hasChoices = option.value("choices")?.array?.isEmpty == false
        if let completes = option.bool("autocomplete") {
            shown["autocomplete"] = .bool(completes)
            if completes, hasChoices || ![3, 4, 10].contains(type) {
                option.fail("autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", "Option cannot have autocomplete")
            }
        }
        if hasChoices { shown["choices"] = .list(choices(type, option)) }
        if type == 3 {
            if let least = option.int("min_length", 0...6_000) { shown["min_length"] = .int(least) }
            if let most = option.int("max_length", 1...6_000) { shown["max_length"] = .int(most) }
        }
        if type == 4 || type == 10 {
            for key in ["min_value", "max_value"] {
                guard let value = option.value(key) else { continue }
                if value.double == nil || type == 4 && value.int == nil {
                    option.fail(key, "NUMBER_TYPE_COERCE", "Value \"\(value.text.prefix(40))\" is not \(type == 4 ? "int" : "number").")
                }
                shown[key] = value
            }
        }
        if type == 7, let types = option.list("channel_types") { shown["channel_types"] = .array(types) }
        if type == 11, let types = option.list("file_types") { shown["file_types"] = .array(types) }
    }

    private static func choices(_ type: Int, _ option: FormReader) -> [JSON] {
        (option.forms("choices", 0...25) ?? []).map { choice in
            let name = choice.string("name", required: true, 1...100) ?? ""
            let value = choice.value("value") ?? .null
            let isRight =
                switch type {
                case 3: value.string.map { (1...100).contains($0.utf16.count) } ?? false
                case 4: value.int != nil
                case 10: value.double != nil
                default: false
                }
            if !isRight { choice.fail("value", "APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_INVALID", "Choice value is invalid") }
            var shown: JSONObject = ["name": .string(name), "value": value]
            if let table = CommandForm.localizations("name_localizations", choice, 1...100) { shown["name_localizations"] = table }
            return .object(shown)
        }
    }
}
