/// Checks the `data` of a callback that opens a modal.
enum ModalForm {
    static func read(_ form: FormReader) -> JSON {
        let customID = form.string("custom_id", required: true, 1...100) ?? ""
        let title = form.string("title", required: true, 1...45) ?? ""
        let components = ComponentForm(allowsV2: false, inModal: true).read(form)
        return ["custom_id": .string(customID), "title": .string(title), "components": .array(components)]
    }
}
