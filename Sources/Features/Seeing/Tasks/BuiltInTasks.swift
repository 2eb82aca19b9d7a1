import Memory
import Pictures

/// The tasks that are there from the start: short captions, free sentences, and instructions, on pictures of plain shapes.
struct BuiltInTasks: Sendable {
    static let standard = try! BuiltInTasks()
    static let usual = "caption"

    /// By name.
    let tasks: [String: TaskContent]
    /// By digest.
    let pictures: [String: TaskPicture]

    private init() throws(PictureError) {
        var pictures: [String: TaskPicture] = [:]
        func keep(_ scene: TaskScene) throws(PictureError) -> String {
            let picture = TaskPicture(contentType: "image/png", bytes: try scene.picture().png())
            pictures[picture.digest] = picture
            return picture.digest
        }
        let circles = try keep(Self.circles)
        let triangle = try keep(Self.triangle)
        let row = try keep(Self.row)

        var caption = TaskContent(summary: "A short description", prompt: "<image>An image of")
        caption.add(picture: circles, prompt: nil, answer: "two red circles above a blue square.", by: nil)
        caption.add(picture: triangle, prompt: nil, answer: "a green triangle to the left of a yellow circle.", by: nil)
        caption.add(picture: row, prompt: nil, answer: "three blue squares in a row.", by: nil)

        var unconditional = TaskContent(summary: "Whatever comes to mind", prompt: "<image>")
        unconditional.add(picture: circles, prompt: nil, answer: "Two red circles float above a blue square on a pale ground.", by: nil)
        unconditional.add(picture: triangle, prompt: nil, answer: "A green triangle points up beside a yellow circle.", by: nil)
        unconditional.add(picture: row, prompt: nil, answer: "Three blue squares stand side by side.", by: nil)

        var instruct = TaskContent(summary: "Does what the prompt says", prompt: "<image>Describe this picture.", isInstruction: true)
        instruct.add(picture: circles, prompt: "<image>How many circles are there?", answer: "There are two circles.", by: nil)
        instruct.add(picture: triangle, prompt: "<image>Which colour is the triangle?", answer: "The triangle is green.", by: nil)
        instruct.add(
            picture: row, prompt: "<image>Describe this picture.", answer: "Three blue squares of the same size stand in a row.", by: nil)

        tasks = ["caption": caption, "unconditional": unconditional, "instruct": instruct]
        self.pictures = pictures
    }

    private static let circles = TaskScene(things: [
        .init(shape: .circle, colour: TaskScene.red, x: 0.3, y: 0.3), .init(shape: .circle, colour: TaskScene.red, x: 0.7, y: 0.3),
        .init(shape: .square, colour: TaskScene.blue, x: 0.5, y: 0.72),
    ])
    private static let triangle = TaskScene(things: [
        .init(shape: .triangle, colour: TaskScene.green, x: 0.28, y: 0.5, radius: 0.17),
        .init(shape: .circle, colour: TaskScene.yellow, x: 0.72, y: 0.5, radius: 0.15),
    ])
    private static let row = TaskScene(
        things: [0.2, 0.5, 0.8].map { .init(shape: .square, colour: TaskScene.blue, x: $0, y: 0.5, radius: 0.1) })
}
