// Strict before the wire: messages, edits, embeds, components, modals, responses.

extension OutgoingMessage {
    /// Throws ``InvalidPayload`` naming the field that Discord would refuse.
    /// - Parameter fileBytes: what one file may have; interactions tell it as `attachment_size_limit`.
    public func validate(fileBytes: Int = Limits.fileBytes) throws(InvalidPayload) {
        let check = PayloadCheck()
        try check.require(
            content?.isEmpty == false || !embeds.isEmpty || !components.isEmpty || !files.isEmpty, "content", "a message must not be empty")
        try check.length(content, "content", 0...Limits.content)
        try check.embeds(embeds)
        try check.components(components)
        try check.files(files, limit: fileBytes)
        try check.length(nonce, "nonce", 1...Limits.nonce)
        try check.length(username, "username", 1...Limits.webhookName)
    }
}

extension MessageEdit {
    /// Throws ``InvalidPayload`` naming the field that Discord would refuse.
    public func validate(fileBytes: Int = Limits.fileBytes) throws(InvalidPayload) {
        let check = PayloadCheck()
        try check.length(content, "content", 0...Limits.content)
        try check.embeds(embeds ?? [])
        try check.components(components ?? [])
        try check.files(files, limit: fileBytes)
        try check.count(files.count + (keptAttachments?.count ?? 0), "attachments", 0...Limits.files)
    }
}

extension InteractionResponse {
    /// Throws ``InvalidPayload`` naming the field that Discord would refuse.
    public func validate(fileBytes: Int = Limits.fileBytes) throws(InvalidPayload) {
        switch self {
        case .pong, .deferredMessage, .deferredUpdate: break
        case .message(let message): try message.validate(fileBytes: fileBytes)
        case .update(let edit): try edit.validate(fileBytes: fileBytes)
        case .choices(let choices): try PayloadCheck().choices(choices, "choices")
        case .modal(let modal): try modal.validate()
        }
    }
}

extension Modal {
    /// Throws ``InvalidPayload`` naming the field that Discord would refuse.
    public func validate() throws(InvalidPayload) {
        let check = PayloadCheck()
        try check.length(customID, "custom_id", 1...Limits.customID)
        try check.length(title, "title", 1...Limits.modalTitle)
        try check.count(components.count, "components", 1...Limits.modalRows)
        try check.components(components)
    }
}

extension PayloadCheck {
    func embeds(_ embeds: [Embed]) throws(InvalidPayload) {
        try count(embeds.count, "embeds", 0...Limits.embeds)
        var total = 0
        for (i, embed) in embeds.enumerated() {
            try length(embed.title, "embeds[\(i)].title", 0...Limits.embedTitle)
            try length(embed.description, "embeds[\(i)].description", 0...Limits.embedDescription)
            try length(embed.footer?.text, "embeds[\(i)].footer.text", 0...Limits.embedFooter)
            try length(embed.author?.name, "embeds[\(i)].author.name", 0...Limits.embedAuthor)
            let fields = embed.fields ?? []
            try count(fields.count, "embeds[\(i)].fields", 0...Limits.embedFields)
            for (j, field) in fields.enumerated() {
                try length(field.name, "embeds[\(i)].fields[\(j)].name", 1...Limits.embedFieldName)
                try length(field.value, "embeds[\(i)].fields[\(j)].value", 1...Limits.embedFieldValue)
                total += field.name.utf16.count + field.value.utf16.count
            }
            for text in [embed.title, embed.description, embed.footer?.text, embed.author?.name] { total += text?.utf16.count ?? 0 }
        }
        try require(
            total <= Limits.embedCharacters, "embeds", "all embeds together may have \(Limits.embedCharacters) characters, not \(total)")
    }

    func components(_ components: [Component]) throws(InvalidPayload) {
        try count(components.count, "components", 0...Limits.actionRows)
        var seen: Set<String> = []
        for (i, row) in components.enumerated() {
            guard case .actionRow(let inner) = row else { continue }
            try count(inner.count, "components[\(i)].components", 1...Limits.buttonsInRow)
            for (j, component) in inner.enumerated() {
                let field = "components[\(i)].components[\(j)]"
                let customID: String?
                switch component {
                case .button(let button):
                    customID = button.customID
                    try self.button(button, field)
                case .select(let menu):
                    customID = menu.customID
                    try require(inner.count == 1, field, "a select menu needs a row of its own")
                    try length(menu.placeholder, "\(field).placeholder", 0...Limits.placeholder)
                    if let options = menu.options { try count(options.count, "\(field).options", 1...Limits.selectOptions) }
                case .textInput(let input):
                    customID = input.customID
                    try length(input.label, "\(field).label", 1...Limits.textInputLabel)
                    try length(input.value, "\(field).value", 0...Limits.textInputValue)
                case .actionRow, .other: customID = nil
                }
                try length(customID, "\(field).custom_id", 1...Limits.customID)
                if let customID { try require(seen.insert(customID).inserted, "\(field).custom_id", "must not be used twice in a message") }
            }
        }
    }

    private func button(_ button: Button, _ field: String) throws(InvalidPayload) {
        if button.style == .premium {
            return try require(
                button.skuID != nil && button.customID == nil && button.url == nil && button.label == nil && button.emoji == nil,
                "\(field).sku_id", "a premium button has a sku_id and nothing else")
        }
        try length(button.label, "\(field).label", 0...Limits.buttonLabel)
        try require(button.label?.isEmpty == false || button.emoji != nil, "\(field).label", "a button needs a label or an emoji")
        if button.style == .link {
            try require(button.url != nil && button.customID == nil, "\(field).url", "a link button has a url and no custom_id")
        } else {
            try require(button.customID != nil && button.url == nil, "\(field).custom_id", "a button has a custom_id and no url")
        }
    }

    func files(_ files: [FileUpload], limit: Int) throws(InvalidPayload) {
        try count(files.count, "files", 0...Limits.files)
        for (i, file) in files.enumerated() {
            try require(!file.filename.isEmpty, "files[\(i)].filename", "must not be empty")
            try length(file.description, "files[\(i)].description", 0...Limits.fileDescription)
            try require(file.bytes.count <= limit, "files[\(i)]", "must have at most \(limit) bytes, not \(file.bytes.count)")
        }
        let total = files.reduce(0) { $0 + $1.bytes.count }
        try require(total <= Limits.requestBytes, "files", "all files together may have \(Limits.requestBytes) bytes, not \(total)")
    }
}
