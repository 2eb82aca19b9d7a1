/// Checks the body of an interaction callback.
enum CallbackForm {
    static func check(_ body: JSON, files: [UploadedFile]) throws(DiscordError) -> InteractionCallback {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        let type = form.choice("type", required: true, of: [4, 5, 6, 7, 8, 9, 12])
        let callback = read(type ?? 0, form, files)
        try mistakes.throwIfAny()
        return callback
    }

    private static func read(_ type: Int, _ form: FormReader, _ files: [UploadedFile]) -> InteractionCallback {
        let data = form.form("data") ?? FormReader(.empty, path: form.path + ["data"], mistakes: form.mistakes)
        switch type {
        case 4:
            let draft = MessageForm.read(data, files: files, for: .interaction)
            return .message(draft, ephemeral: draft.flags?.contains(.ephemeral) ?? false)
        case 5: return .deferredMessage(ephemeral: ((data.int("flags") ?? 0) & 64) != 0)
        case 6: return .deferredUpdate
        case 7: return .update(MessageForm.read(data, files: files, for: .edit))
        case 8: return .choices(readChoices(data))
        case 9: return .modal(ModalForm.read(data))
        default: return .launchActivity
        }
    }

    private static func readChoices(_ form: FormReader) -> [JSON] {
        (form.forms("choices", required: true, 0...25) ?? []).map { choice in
            let name = choice.string("name", required: true, 1...100) ?? ""
            let value = choice.value("value")
            if value == nil { choice.fail("value", "BASE_TYPE_REQUIRED", "This field is required") }
            if let text = value?.string, text.utf16.count > 100 {
                choice.fail("value", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
            }
            return ["name": .string(name), "value": value ?? ""]
        }
    }
}
