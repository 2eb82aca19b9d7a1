import OrderedCollections
import Support

/// Addresses of files, and the places in embeds and components that name them.
extension World {
    /// A signed address that is good for a day from now.
    func address(of attachment: AttachmentRecord) -> String {
        let path = "/cdn/attachments/\(attachment.channelID)/\(attachment.id)/\(attachment.filename)"
        // Whole hours, so that the same file keeps its address for a while and pages can cache it.
        let issued = now.millisecondsSinceEpoch / 3_600_000 * 3_600
        let expires = issued + limits.attachmentLifetime.milliseconds / 1_000
        let issuedText = String(issued, radix: 16)
        let expiresText = String(expires, radix: 16)
        let signature = tokens.signature(of: path, expires: expiresText, issued: issuedText)
        return "\(baseAddress)\(path)?ex=\(expiresText)&is=\(issuedText)&hm=\(signature)&"
    }

    /// Whether a CDN address may be served now.
    func accepts(path: String, expires: String, issued: String, signature: String) -> Bool {
        guard let end = Int64(expires, radix: 16), end * 1_000 > now.millisecondsSinceEpoch else { return false }
        return tokens.signature(of: path, expires: expires, issued: issued) == signature
    }

    /// Filenames that embeds name as `attachment://…`.
    static func attachmentNames(in embeds: [JSON]) -> Set<String> {
        var names: Set<String> = []
        for embed in embeds {
            let addresses = [
                embed["image"]?["url"], embed["thumbnail"]?["url"], embed["footer"]?["icon_url"], embed["author"]?["icon_url"],
            ]
            for address in addresses { if let name = address?.string.flatMap(attachmentName) { names.insert(name) } }
        }
        return names
    }

    /// Filenames that components name as `attachment://…`, at any depth.
    static func attachmentNames(inComponents components: [JSON]) -> [String] {
        components.flatMap { component -> [String] in
            let own = ["media", "file"].compactMap { component[$0]?["url"]?.string.flatMap(attachmentName) }
            let children =
                (component["components"]?.array ?? []) + (component["items"]?.array ?? []) + [component["accessory"]].compactMap { $0 }
            return own + attachmentNames(inComponents: children)
        }
    }

    static func attachmentName(_ address: String) -> String? {
        address.hasPrefix("attachment://") ? String(address.dropFirst("attachment://".count)) : nil
    }

    private func resolved(_ address: String, in message: MessageRecord) -> (address: String, attachment: AttachmentRecord?) {
        guard let name = Self.attachmentName(address) else { return (address, nil) }
        guard let attachment = message.attachments.first(where: { $0.filename == name }) else { return (address, nil) }
        return (self.address(of: attachment), attachment)
    }

    func show(embed: JSON, of message: MessageRecord) -> JSON {
        guard var shown = embed.object else { return embed }
        shown["type"] = .string(embed["type"]?.string ?? "rich")
        for key in ["image", "thumbnail"] {
            guard let picture = shown[key], let url = picture["url"]?.string else { continue }
            let (address, attachment) = resolved(url, in: message)
            var more: JSONObject = ["url": .string(address), "proxy_url": .string(address)]
            if let attachment, let width = attachment.width, let height = attachment.height {
                more["width"] = .int(width)
                more["height"] = .int(height)
                more["content_type"] = .string(attachment.contentType)
            }
            shown[key] = picture.merging(more)
        }
        for key in ["footer", "author"] {
            guard let part = shown[key], let url = part["icon_url"]?.string else { continue }
            let address = JSON.string(resolved(url, in: message).address)
            shown[key] = part.merging(["icon_url": address, "proxy_icon_url": address])
        }
        return .object(shown)
    }

    /// A component with its files resolved, at any depth.
    func show(component: JSON, of message: MessageRecord) -> JSON {
        guard var shown = component.object else { return component }
        for key in ["media", "file"] {
            guard let media = shown[key], let url = media["url"]?.string else { continue }
            let (address, attachment) = resolved(url, in: message)
            var unfurled: JSONObject = [
                "id": .id(attachment?.id ?? message.id), "url": .string(address), "proxy_url": .string(address),
                "width": attachment?.width.map { .int($0) } ?? .null, "height": attachment?.height.map { .int($0) } ?? .null,
                "content_type": .optional(attachment?.contentType),
            ]
            if let attachment { unfurled["attachment_id"] = .id(attachment.id) }
            shown[key] = .object(unfurled)
            if key == "file" {
                shown["name"] = .optional(attachment?.filename)
                shown["size"] = attachment.map { .int($0.size) } ?? .null
            }
        }
        for key in ["components", "items"] {
            if let children = shown[key]?.array { shown[key] = .list(children.map { show(component: $0, of: message) }) }
        }
        if let accessory = shown["accessory"] { shown["accessory"] = show(component: accessory, of: message) }
        return .object(shown)
    }
}
