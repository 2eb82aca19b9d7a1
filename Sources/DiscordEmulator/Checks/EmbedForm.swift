import OrderedCollections

/// Checks embeds: each field's length, and the 6,000 characters of all together.
enum EmbedForm {
    static let maximumTotal = 6_000

    static func read(_ forms: [FormReader], of message: FormReader) -> [JSON] {
        var total = 0
        let embeds = forms.map { form -> JSON in
            var embed: JSONObject = ["type": "rich"]
            func keep(_ key: String, _ text: String?) {
                guard let text else { return }
                embed[key] = .string(text)
            }
            keep("title", form.string("title", 0...256))
            keep("description", form.string("description", 0...4_096))
            keep("url", form.address("url"))
            if let color = form.int("color", 0...0xFF_FFFF) { embed["color"] = .int(color) }
            keep("timestamp", timestamp(form))
            total += (embed["title"]?.string?.utf16.count ?? 0) + (embed["description"]?.string?.utf16.count ?? 0)
            if let fields = form.forms("fields", 0...25) {
                embed["fields"] = .list(
                    fields.map { field in
                        let name = field.string("name", required: true, 1...256) ?? ""
                        let value = field.string("value", required: true, 1...1_024) ?? ""
                        total += name.utf16.count + value.utf16.count
                        return ["name": .string(name), "value": .string(value), "inline": .bool(field.bool("inline") ?? false)]
                    })
            }
            if let footer = form.form("footer") {
                let text = footer.string("text", required: true, 1...2_048) ?? ""
                total += text.utf16.count
                embed["footer"] = part(["text": .string(text)], "icon_url", footer.address("icon_url", attachments: true))
            }
            if let author = form.form("author") {
                let name = author.string("name", required: true, 1...256) ?? ""
                total += name.utf16.count
                let named = part(["name": .string(name)], "url", author.address("url"))
                embed["author"] = part(named.object ?? [:], "icon_url", author.address("icon_url", attachments: true))
            }
            for key in ["image", "thumbnail"] {
                if let picture = form.form(key), let url = picture.address("url", required: true, attachments: true) {
                    embed[key] = ["url": .string(url)]
                }
            }
            return .object(embed)
        }
        if total > maximumTotal {
            message.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of \(maximumTotal)")
        }
        return embeds
    }

    private static func part(_ members: JSONObject, _ key: String, _ text: String?) -> JSON {
        var members = members
        if let text { members[key] = .string(text) }
        return .object(members)
    }

    private static func timestamp(_ form: FormReader) -> String? {
        guard let text = form.string("timestamp") else { return nil }
        if text.wholeMatch(of: /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?/) != nil { return text }
        form.fail("timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse \(text.prefix(40)). Should be ISO8601.")
        return nil
    }
}
