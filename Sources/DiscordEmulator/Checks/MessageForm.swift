/// Checks what a request wants a message to be, against every limit that Discord publishes, and makes a draft of it.
enum MessageForm {
    static let maximumFileBytes = 10 << 20
    static let maximumRequestBytes = 25 << 20
    static let maximumContent = 2_000

    /// Which route asks: they differ in a few fields.
    enum Purpose: Sendable {
        case create, edit, webhook, interaction
    }

    static func check(_ body: JSON, files: [UploadedFile], for purpose: Purpose) throws(DiscordError) -> MessageDraft {
        let mistakes = FormReader.Mistakes()
        let draft = read(FormReader(body, mistakes: mistakes), files: files, for: purpose)
        try mistakes.throwIfAny()
        return draft
    }

    static func read(_ form: FormReader, files: [UploadedFile], for purpose: Purpose) -> MessageDraft {
        var draft = MessageDraft()
        draft.files = files
        for file in files where file.bytes.count > maximumFileBytes {
            form.fail("files[\(file.index)]", "BASE_TYPE_MAX_SIZE", "File size exceeds the maximum of \(maximumFileBytes) bytes.")
        }
        if files.count > 10 { form.fail("files", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.") }
        draft.content = form.string("content", 0...maximumContent) ?? (form.has("content") && form.value("content") == nil ? "" : nil)
        draft.isTTS = form.bool("tts") ?? false
        if let flags = form.int("flags", 0...Int(Int32.max)) { draft.flags = .init(rawValue: Int64(flags)) }
        let isV2 = draft.flags?.contains(.componentsV2) ?? false
        if let embeds = form.forms("embeds", 0...10) { draft.embeds = EmbedForm.read(embeds, of: form) }
        if form.has("embeds"), form.value("embeds") == nil { draft.embeds = [] }
        // Whether an edit meets a message of components only is known later; its rows are the same in both.
        let components = ComponentForm(allowsV2: isV2 || purpose == .edit, inModal: false)
        if form.value("components") != nil { draft.components = components.read(form) }
        if form.has("components"), form.value("components") == nil { draft.components = [] }
        draft.attachments = readAttachments(form)
        draft.allowedMentions = form.form("allowed_mentions").map(readMentions)
        readNonce(form, into: &draft)
        if purpose == .create, let reference = form.form("message_reference") {
            if let id = reference.id("message_id", required: true) {
                draft.reference = .init(
                    messageID: id, channelID: reference.id("channel_id"), failsIfMissing: reference.bool("fail_if_not_exists") ?? true)
            }
        }
        if purpose == .webhook {
            draft.webhookName = form.string("username", 1...80)
            if let name = draft.webhookName { checkPersona(name, form) }
            draft.webhookAvatarURL = form.address("avatar_url")
        }
        return draft
    }

    static func checkPersona(_ name: String, _ form: FormReader) {
        let lowered = name.lowercased()
        for word in ["clyde", "discord"] where lowered.contains(word) {
            form.fail(form.has("username") ? "username" : "name", "USERNAME_INVALID_CONTAINS", "Username cannot contain \"\(word)\"")
        }
    }

    private static func readNonce(_ form: FormReader, into draft: inout MessageDraft) {
        draft.enforcesNonce = form.bool("enforce_nonce") ?? false
        guard let nonce = form.value("nonce") else { return }
        switch nonce {
        case .int: draft.nonce = nonce
        case .string(let text) where text.utf16.count <= 25: draft.nonce = nonce
        case .string: form.fail("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        default: form.fail("nonce", "NONCE_TYPE_COERCE", "Nonce must be a string or an integer.")
        }
    }

    private static func readAttachments(_ form: FormReader) -> [MessageDraft.Attachment]? {
        if form.has("attachments"), form.value("attachments") == nil { return [] }
        return form.forms("attachments", 0...10)?.compactMap { entry in
            guard let id = entry.id("id", required: true) else { return nil }
            // The index of a file in this request is small, the id of a file that exists is not.
            let source = id.raw < 1 << 22 ? MessageDraft.Attachment.Source.file(Int(id.raw)) : .kept(id)
            return MessageDraft.Attachment(
                source: source, filename: entry.string("filename", 1...1_024), description: entry.string("description", 0...1_024),
                isSpoiler: entry.bool("is_spoiler") ?? false)
        }
    }

    private static func readMentions(_ form: FormReader) -> MessageDraft.AllowedMentions {
        var allowed = MessageDraft.AllowedMentions()
        for (index, word) in (form.list("parse", 0...3) ?? []).enumerated() {
            switch word.string {
            case "users": allowed.parsesUsers = true
            case "roles": allowed.parsesRoles = true
            case "everyone": allowed.parsesEveryone = true
            default:
                form.mistakes.tree.add(
                    form.path + ["parse", String(index)], "BASE_TYPE_CHOICES", "Value must be one of ('roles', 'users', 'everyone').")
            }
        }
        allowed.users = Set((form.list("users", 0...100) ?? []).compactMap(\.id))
        allowed.roles = Set((form.list("roles", 0...100) ?? []).compactMap(\.id))
        let exclusive = "parse:[\"%\"] and %: [ids...] are mutually exclusive."
        if allowed.parsesUsers, !allowed.users.isEmpty {
            form.failHere("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", exclusive.split(separator: "%").joined(separator: "users"))
        }
        if allowed.parsesRoles, !allowed.roles.isEmpty {
            form.failHere("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", exclusive.split(separator: "%").joined(separator: "roles"))
        }
        allowed.repliedUser = form.bool("replied_user") ?? false
        return allowed
    }
}
