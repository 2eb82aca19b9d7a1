import DiscordModels
import Memory
import Pictures
import Support

extension ButtonID.Action {
    /// The next older or newer page of a gallery: which way is in the index, from where in the request, the words in the note.
    static let galleryOlder = Self(rawValue: 16)
    static let galleryNewer = Self(rawValue: 17)
    /// Post a painting again, chosen from a menu.
    static let galleryShow = Self(rawValue: 18)
}

/// One page of somebody's gallery as a message: a sheet of thumbnails, a line for each, and where to go from here.
struct GalleryPage: Sendable {
    /// Paintings on a page.
    static let length = 9

    let signer: ButtonSigner
    let owner: UInt64
    /// The words that were searched for; empty for all.
    let words: String
    let page: ShelfPage

    var content: String {
        guard !page.pictures.isEmpty else {
            return words.isEmpty
                ? "You have no pictures yet. Paint some with `/generate`."
                : "None of your prompts holds \(DisplayText.escaped(words, limit: 80))."
        }
        let head = words.isEmpty ? "Your pictures, newest first" : "Your pictures with \(DisplayText.escaped(words, limit: 80))"
        let lines = page.pictures.enumerated().map { number, picture in
            "`\(number + 1)` **\(DisplayText.escaped(picture.prompt, limit: 70))** · \(picture.count == 1 ? "1 picture" : "\(picture.count) pictures") · <t:\(picture.madeAt.millisecondsSinceEpoch / 1_000):R>"
        }
        return ([head] + lines).joined(separator: "\n")
    }

    var components: [Component] {
        guard let newest = page.pictures.first, let oldest = page.pictures.last else { return [] }
        let show = SelectMenu(
            customID: customID(.galleryShow, newest.requestID),
            options: page.pictures.enumerated().map { number, picture in
                .init(
                    label: DisplayText.shortened("\(number + 1) · \(picture.prompt)", limit: 100), value: picture.requestID.description,
                    description: DisplayText.shortened(picture.model, limit: 100))
            }, placeholder: "Post again…")
        let newer = Button("Newer", customID: customID(.galleryNewer, newest.requestID), isDisabled: !page.hasNewer)
        let older = Button("Older", customID: customID(.galleryOlder, oldest.requestID), isDisabled: !page.hasOlder)
        return [.actionRow([.select(show)]), .actionRow([.button(newer), .button(older)])]
    }

    private func customID(_ action: ButtonID.Action, _ requestID: RequestID) -> String {
        signer.customID(ButtonID(action: action, requestID: requestID, owner: owner, note: words))
    }

    /// The thumbnails side by side, in the order of the lines; nil where there are none.
    func sheet() async -> FileUpload? {
        let thumbnails = page.pictures.map(\.thumbnail)
        guard thumbnails.contains(where: { !$0.isEmpty }) else { return nil }
        let bytes = try? await PictureThreads.run {
            let empty = try Picture(width: 8, height: 8, pixels: [UInt8](repeating: 64, count: 192))
            let pictures = thumbnails.map { (try? Picture(decoding: $0)) ?? empty }
            return try Picture.grid(pictures, minimumCellSide: 192, maximumSide: 640, isNumbered: true).encodedSmall(
                maximumBytes: 512 << 10)
        }
        return bytes.map { sheet in
            FileUpload(
                filename: "gallery.\(sheet.format.fileExtension)", contentType: sheet.format.mediaType, bytes: sheet.bytes,
                description: DisplayText.shortened(
                    page.pictures.enumerated().map { "\($0.offset + 1): \($0.element.prompt)" }.joined(separator: ". "), limit: 1_000))
        }
    }

    /// In place of whatever the message showed before.
    func edit() async -> MessageEdit {
        let sheet = await sheet()
        return MessageEdit(content: content, components: components, files: sheet.map { [$0] } ?? [], keptAttachments: [])
    }
}
