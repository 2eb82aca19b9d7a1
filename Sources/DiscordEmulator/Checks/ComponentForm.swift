import OrderedCollections

/// Checks message components of both generations and the components of modals, and writes out the fields that Discord adds.
///
/// Rules across components (unique custom ids, how many in all) are kept in ``Tally``.
struct ComponentForm {
    static let maximumComponents = 40
    static let maximumText = 4_000

    /// Whether containers, sections and text displays may stand at the top.
    let allowsV2: Bool
    let inModal: Bool

    final class Tally {
        var count = 0
        var text = 0
        var customIDs: Set<String> = []
        var ids: Set<Int> = []
        var nextID = 1
    }

    /// The checked components of `form`, under the key `components`.
    func read(_ form: FormReader) -> [JSON] {
        let tally = Tally()
        let top = inModal ? 1...5 : 0...(allowsV2 ? Self.maximumComponents : 5)
        guard let entries = form.forms("components", required: inModal, top) else { return [] }
        for entry in entries { reserveIDs(of: entry, tally) }
        let allowed = inModal ? [1, 10, 18] : allowsV2 ? [1, 9, 10, 12, 13, 14, 17] : [1]
        let components = entries.compactMap { read($0, allowed: allowed, tally) }
        if tally.count > Self.maximumComponents {
            form.fail("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components exceeds the maximum of 40")
        }
        if tally.text > Self.maximumText {
            form.fail(
                "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "The total size of displayable text exceeds the maximum of \(Self.maximumText)")
        }
        return components
    }

    private func reserveIDs(of form: FormReader, _ tally: Tally) {
        if let id = form.value("id")?.int, id > 0 { tally.ids.insert(Int(id)) }
        for child in form.forms("components") ?? [] { reserveIDs(of: child, tally) }
    }

    func read(_ form: FormReader, allowed: [Int], _ tally: Tally) -> JSON? {
        tally.count += 1
        guard let type = form.int("type", required: true) else { return nil }
        guard allowed.contains(type) else {
            form.fail(
                "type", "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (\(allowed.map(String.init).joined(separator: ", "))).")
            return nil
        }
        var shown: JSONObject = ["type": .int(type), "id": .int(identify(form, tally))]
        switch type {
        case 1: row(form, &shown, tally)
        case 2: button(form, &shown, tally)
        case 3, 5, 6, 7, 8: select(type, form, &shown, tally)
        case 4: textInput(form, &shown, tally)
        case 9: section(form, &shown, tally)
        case 10: text(form, &shown, tally)
        case 11: media(form, "media", &shown)
        case 12: gallery(form, &shown)
        case 13:
            media(form, "file", &shown)
            if let url = shown["file"]?["url"]?.string, !url.hasPrefix("attachment://") {
                form.fail("file", "URL_TYPE_INVALID_SCHEME", "Only attachment:// references are allowed in a file component.")
            }
        case 14:
            shown["divider"] = .bool(form.bool("divider") ?? true)
            shown["spacing"] = .int(form.choice("spacing", of: [1, 2]) ?? 1)
        case 17: container(form, &shown, tally)
        case 18: label(form, &shown, tally)
        case 19, 21, 22, 23: modalInput(type, form, &shown, tally)
        default: break
        }
        return .object(shown)
    }

    /// The component's own number, or the next free one.
    private func identify(_ form: FormReader, _ tally: Tally) -> Int {
        if let id = form.int("id", 0...Int(Int32.max)), id > 0 { return id }
        while tally.ids.contains(tally.nextID) { tally.nextID += 1 }
        tally.ids.insert(tally.nextID)
        return tally.nextID
    }

    func customID(_ form: FormReader, _ tally: Tally) -> JSON {
        guard let id = form.string("custom_id", required: true, 1...100) else { return "" }
        if !tally.customIDs.insert(id).inserted {
            form.fail("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        }
        return .string(id)
    }

    private func row(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        let children = form.forms("components", required: true, 1...5) ?? []
        let allowed = inModal ? [4] : [2, 3, 5, 6, 7, 8]
        shown["components"] = .list(children.compactMap { read($0, allowed: allowed, tally) })
        let types = children.map { $0.value("type")?.int ?? 0 }
        if types.count > 1, types.contains(where: { $0 != 2 }) {
            form.fail("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
        }
    }

    private func section(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        let texts = form.forms("components", required: true, 1...3) ?? []
        shown["components"] = .list(texts.compactMap { read($0, allowed: [10], tally) })
        guard let accessory = form.form("accessory") else {
            form.fail("accessory", "BASE_TYPE_REQUIRED", "This field is required")
            return
        }
        shown["accessory"] = read(accessory, allowed: [2, 11], tally) ?? .null
    }

    private func container(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        let children = form.forms("components", required: true, 1...Self.maximumComponents) ?? []
        shown["components"] = .list(children.compactMap { read($0, allowed: [1, 9, 10, 12, 13, 14], tally) })
        shown["accent_color"] = form.int("accent_color", 0...0xFF_FFFF).map { .int($0) } ?? .null
        shown["spoiler"] = .bool(form.bool("spoiler") ?? false)
    }

    private func text(_ form: FormReader, _ shown: inout JSONObject, _ tally: Tally) {
        let content = form.string("content", required: true, 1...Self.maximumText) ?? ""
        tally.text += content.utf16.count
        shown["content"] = .string(content)
    }

    private func media(_ form: FormReader, _ key: String, _ shown: inout JSONObject) {
        if let media = form.form(key) {
            shown[key] = ["url": .string(media.address("url", required: true, attachments: true) ?? "")]
        } else {
            form.fail(key, "BASE_TYPE_REQUIRED", "This field is required")
        }
        if key == "media" { shown["description"] = .optional(form.string("description", 0...1_024)) }
        shown["spoiler"] = .bool(form.bool("spoiler") ?? false)
    }

    private func gallery(_ form: FormReader, _ shown: inout JSONObject) {
        let items = form.forms("items", required: true, 1...10) ?? []
        shown["items"] = .list(
            items.map { item in
                var object = JSONObject()
                media(item, "media", &object)
                return .object(object)
            })
    }
}
