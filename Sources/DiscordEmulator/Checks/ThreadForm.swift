/// Checks requests that begin or change a thread.
enum ThreadForm {
    /// What an edit asks for; nil means: not mentioned.
    struct Change: Sendable {
        var name: String?
        var isArchived: Bool?
        var isLocked: Bool?
        var isInvitable: Bool?
        var archiveMinutes: Int?
        var slowmodeSeconds: Int?
        var tagIDs: [ID]?
        var flags: Int?

        var isOnlyArchiving: Bool {
            name == nil && isLocked == nil && isInvitable == nil && archiveMinutes == nil && slowmodeSeconds == nil && tagIDs == nil
                && flags == nil
        }
    }

    /// `types`: the kinds of thread that may be asked for, none where the place decides.
    static func read(_ form: FormReader, types: [Int] = []) -> ThreadDraft {
        var draft = ThreadDraft(name: form.string("name", required: true, 1...100) ?? "")
        draft.archiveMinutes = form.choice("auto_archive_duration", of: ThreadRecord.archiveMinutes)
        draft.slowmodeSeconds = form.int("rate_limit_per_user", 0...21_600) ?? 0
        draft.isInvitable = form.bool("invitable") ?? true
        draft.tagIDs = tags(form) ?? []
        if !types.isEmpty, let type = form.choice("type", of: types) { draft.kind = .init(rawValue: type) ?? .privateThread }
        return draft
    }

    static func check(_ body: JSON, types: [Int] = []) throws(DiscordError) -> ThreadDraft {
        let mistakes = FormReader.Mistakes()
        let draft = read(FormReader(body, mistakes: mistakes), types: types)
        try mistakes.throwIfAny()
        return draft
    }

    /// A post of a forum: the thread, and under `message` what stands in it.
    static func checkPost(_ body: JSON, files: [UploadedFile]) throws(DiscordError) -> (ThreadDraft, MessageDraft) {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        let draft = read(form)
        var message = MessageDraft()
        if let inner = form.form("message") {
            message = MessageForm.read(inner, files: files, for: .create)
        } else {
            form.fail("message", "BASE_TYPE_REQUIRED", "This field is required")
        }
        try mistakes.throwIfAny()
        message.flags?.remove(.ephemeral)
        return (draft, message)
    }

    static func checkChange(_ body: JSON) throws(DiscordError) -> Change {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        var change = Change()
        change.name = form.string("name", 1...100)
        change.isArchived = form.bool("archived")
        change.isLocked = form.bool("locked")
        change.isInvitable = form.bool("invitable")
        change.archiveMinutes = form.choice("auto_archive_duration", of: ThreadRecord.archiveMinutes)
        change.slowmodeSeconds = form.int("rate_limit_per_user", 0...21_600)
        change.tagIDs = tags(form)
        change.flags = form.int("flags", 0...Int(Int32.max))
        try mistakes.throwIfAny()
        return change
    }

    private static func tags(_ form: FormReader) -> [ID]? {
        form.list("applied_tags", 0...5)?.enumerated().compactMap { index, value in
            if let id = value.id { return id }
            form.mistakes.tree.add(
                form.path + ["applied_tags", String(index)], "NUMBER_TYPE_COERCE", "Value \"\(value.text.prefix(80))\" is not snowflake.")
            return nil
        }
    }
}
