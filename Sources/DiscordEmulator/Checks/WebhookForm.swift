/// Checks what is asked of a webhook: to speak, to be made or changed.
enum WebhookForm {
    /// Where and what a webhook is to say.
    struct Speech: Sendable {
        var draft: MessageDraft
        var threadID: ID?
        /// Of a forum: the post that the message begins.
        var post: ThreadDraft?
    }

    struct Change: Sendable {
        var name: String?
        var channelID: ID?
        /// The inner nil takes the picture away.
        var picture: String??
    }

    static func check(_ call: APICall) throws(DiscordError) -> Speech {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(call.body, mistakes: mistakes)
        var draft = MessageForm.read(form, files: call.files, for: .webhook)
        draft.flags?.remove(.ephemeral)
        var speech = Speech(draft: draft)
        if let text = call.query["thread_id"] {
            speech.threadID = ID(text)
            if speech.threadID == nil { form.fail("thread_id", "NUMBER_TYPE_COERCE", "Value \"\(text.prefix(80))\" is not snowflake.") }
        }
        if let name = form.string("thread_name", 1...100) {
            var post = ThreadDraft(name: name)
            post.tagIDs = (form.list("applied_tags", 0...5) ?? []).compactMap(\.id)
            speech.post = post
        }
        try mistakes.throwIfAny()
        return speech
    }

    static func checkChange(_ body: JSON, moves: Bool, isNew: Bool = false) throws(DiscordError) -> Change {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        var change = Change()
        change.name = form.string("name", required: isNew, 1...80)
        if let name = change.name { MessageForm.checkPersona(name, form) }
        if form.has("avatar") {
            let picture = form.string("avatar")
            if let picture, picture.wholeMatch(of: /data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+\/=]+/) == nil {
                form.fail("avatar", "IMAGE_INVALID", "Invalid image data")
            }
            change.picture = .some(picture)
        }
        if moves { change.channelID = form.id("channel_id") }
        try mistakes.throwIfAny()
        return change
    }
}
