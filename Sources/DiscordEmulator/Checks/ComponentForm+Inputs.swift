import OrderedCollections

/// Buttons, selects and the inputs of modals.
extension ComponentForm {
    func button(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        let style = form.choice("style", required: true, of: [1, 2, 3, 4, 5, 6]) ?? 1
        shown["style"] = .int(style)
        if let label = form.string("label", 0...80) { shown["label"] = .string(label) }
        if let emoji = emoji(form) { shown["emoji"] = emoji }
        shown["disabled"] = .bool(form.bool("disabled") ?? false)
        switch style {
        case 5:
            shown["url"] = form.address("url", required: true, atMost: 512).map { .string($0) } ?? .null
            if form.value("custom_id") != nil {
                form.fail("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", "A custom id and url cannot both be specified")
            }
        case 6: shown["sku_id"] = .id(form.id("sku_id", required: true))
        default: shown["custom_id"] = customID(form, tally)
        }
        if style != 6, form.value("label") == nil || form.value("label") == "", form.value("emoji") == nil {
            form.failHere("BUTTON_COMPONENT_INVALID_LABEL_EMOJI", "A button must have a label or an emoji")
        }
    }

    private func emoji(_ form: FormReader) -> JSON? {
        guard let emoji = form.form("emoji") else { return nil }
        let id = emoji.id("id")
        let name = emoji.string("name", 0...100)
        if id == nil, name?.isEmpty ?? true {
            emoji.fail("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
            return nil
        }
        var shown: JSONObject = ["name": .string(name ?? "_")]
        if let id { shown["id"] = .id(id) }
        if let animated = emoji.bool("animated") { shown["animated"] = .bool(animated) }
        return .object(shown)
    }

    func select(_ type: Int, _ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        shown["custom_id"] = customID(form, tally)
        if let placeholder = form.string("placeholder", 0...150) { shown["placeholder"] = .string(placeholder) }
        let least = form.int("min_values", 0...25) ?? 1
        let most = form.int("max_values", 1...25) ?? 1
        if least > most { form.fail("min_values", "SELECT_COMPONENT_INVALID_MIN_VALUES", "Minimum values exceed maximum values") }
        shown["min_values"] = .int(least)
        shown["max_values"] = .int(most)
        shown["disabled"] = .bool(form.bool("disabled") ?? false)
        if inModal { shown["required"] = .bool(form.bool("required") ?? true) }
        if type == 3 {
            let options = options(form, 1...25)
            shown["options"] = .list(options)
            if most > max(options.count, 1) {
                form.fail("max_values", "SELECT_COMPONENT_MAX_VALUES_EXCEED_OPTIONS", "Maximum values exceed the number of options")
            }
        } else if let defaults = form.list("default_values", 0...25) {
            shown["default_values"] = .array(defaults)
        }
        if type == 8, let types = form.list("channel_types") { shown["channel_types"] = .array(types) }
    }

    /// The options of a string select, a radio group or a group of checkboxes.
    private func options(_ form: FormReader, _ length: ClosedRange<Int>) -> [JSON] {
        var values: Set<String> = []
        return (form.forms("options", required: true, length) ?? []).map { option in
            let label = option.string("label", required: true, 1...100) ?? ""
            let value = option.string("value", required: true, 1...100) ?? ""
            if !value.isEmpty, !values.insert(value).inserted {
                option.fail("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
            }
            var shown: JSONObject = ["label": .string(label), "value": .string(value)]
            if let description = option.string("description", 0...100) { shown["description"] = .string(description) }
            if let emoji = emoji(option) { shown["emoji"] = emoji }
            if let isDefault = option.bool("default") { shown["default"] = .bool(isDefault) }
            return .object(shown)
        }
    }

    func textInput(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        shown["custom_id"] = customID(form, tally)
        shown["style"] = .int(form.choice("style", required: true, of: [1, 2]) ?? 1)
        // Inside a Label the label is the Label's.
        if let label = form.string("label", 1...45) { shown["label"] = .string(label) }
        let least = form.int("min_length", 0...4_000)
        let most = form.int("max_length", 1...4_000)
        if let least { shown["min_length"] = .int(least) }
        if let most { shown["max_length"] = .int(most) }
        if let least, let most, least > most {
            form.fail("min_length", "TEXT_INPUT_COMPONENT_MIN_LENGTH", "The minimum length exceeds the maximum length")
        }
        shown["required"] = .bool(form.bool("required") ?? true)
        if let value = form.string("value", 0...4_000) { shown["value"] = .string(value) }
        if let placeholder = form.string("placeholder", 0...100) { shown["placeholder"] = .string(placeholder) }
    }

    func label(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        shown["label"] = .string(form.string("label", required: true, 1...45) ?? "")
        if let description = form.string("description", 0...100) { shown["description"] = .string(description) }
        guard let child = form.form("component") else {
            form.fail("component", "BASE_TYPE_REQUIRED", "This field is required")
            return
        }
        shown["component"] = read(child, allowed: [3, 4, 5, 6, 7, 8, 19, 21, 22, 23], tally) ?? .null
    }

    /// File upload 19, radio group 21, checkbox group 22, checkbox 23.
    func modalInput(_ type: Int, _ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        shown["custom_id"] = customID(form, tally)
        switch type {
        case 19:
            shown["min_values"] = .int(form.int("min_values", 0...10) ?? 1)
            shown["max_values"] = .int(form.int("max_values", 1...10) ?? 1)
            shown["required"] = .bool(form.bool("required") ?? true)
            if let types = form.list("file_types") { shown["file_types"] = .array(types) }
        case 21, 22:
            let options = options(form, type == 21 ? 2...10 : 1...10)
            shown["options"] = .list(options)
            shown["required"] = .bool(form.bool("required") ?? true)
            if type == 22 {
                shown["min_values"] = .int(form.int("min_values", 0...10) ?? 1)
                shown["max_values"] = .int(form.int("max_values", 1...10) ?? options.count)
            }
        default: shown["default"] = .bool(form.bool("default") ?? false)
        }
    }
}
