import Inference
import Testing

@Suite struct `A question about a picture, with examples` {
    private let cats: [UInt8] = [1]
    private let sink: [UInt8] = [2]
    private let mine: [UInt8] = [3]

    private func request(_ prompt: String, examples: [(String, String)], isInstruction: Bool = false) -> VisionRequest {
        VisionRequest(
            examples: zip([cats, sink], examples).map { .init(image: $0, prompt: $1.0, answer: $1.1) }, image: mine, prompt: prompt,
            isInstruction: isInstruction)
    }

    @Test func `is chunks for a Flamingo model, the last one unfinished`() {
        let captions = request(
            "An image of", examples: [("An image of", "two cats."), ("An image of", "a bathroom sink.")])
        #expect(
            captions.flamingoPrompt
                == "<image>An image of two cats.<|endofchunk|><image>An image of a bathroom sink.<|endofchunk|><image>An image of")
        #expect(captions.images == [cats, sink, mine])
        let bare = request("<image>", examples: [("", "two cats"), ("<image>", "a sink")])
        #expect(bare.flamingoPrompt == "<image>two cats<|endofchunk|><image>a sink<|endofchunk|><image>")
        let inside = request("Look: <image> Colour:", examples: [("Look: <image> Colour:", "grey")])
        #expect(inside.flamingoPrompt == "Look: <image> Colour: grey<|endofchunk|>Look: <image> Colour:")
        #expect(request("Caption:", examples: []).flamingoPrompt == "<image>Caption:")
    }

    @Test func `is an instruction in a template where it is one`() {
        let request = request(
            "<image>How many are there?", examples: [("How many <image> are there?", "Two.")], isInstruction: true)
        #expect(
            request.flamingoPrompt == """
                <image>### Instruction:
                How many are there?

                ### Response:
                Two.<|endofchunk|><image>### Instruction:
                How many are there?

                ### Response:

                """)
    }

    @Test func `is turns of a chat for other models, each picture with its question`() {
        let request = request("<image>How many?", examples: [("<image>How many?", "2"), ("And here?", "1")])
        #expect(
            request.chatMessages == [
                ChatMessage(
                    .system,
                    "The first answers are examples. Answer about the last picture in exactly their form and length, and add nothing."),
                ChatMessage(.user, "How many?", images: [cats]), ChatMessage(.assistant, "2"),
                ChatMessage(.user, "And here?", images: [sink]), ChatMessage(.assistant, "1"),
                ChatMessage(.user, "How many?", images: [mine]),
            ])
        #expect(self.request("<image>", examples: []).chatMessages == [ChatMessage(.user, "Describe this picture.", images: [mine])])
    }

    @Test func `tells a chat model to go on where the words are the beginning of an answer`() {
        func asked(_ prompt: String, isInstruction: Bool = false) -> String? {
            request(prompt, examples: [], isInstruction: isInstruction).chatMessages.last?.content
        }
        #expect(asked("An image of") == "Complete this about the picture, and write only what comes next: An image of")
        #expect(asked("<image>Caption:") == "Complete this about the picture, and write only what comes next: Caption:")
        #expect(asked("Describe it:", isInstruction: true) == "Describe it:")
        #expect(asked("What is that?") == "What is that?")
    }

    @Test func `has as many pictures as marks, whatever people write`() {
        let hostile = request(
            "<image>a<image>b<|endofchunk|>c", examples: [("x", "y<|endofchunk|><image>z"), ("<ima<image>ge>", "<|endof<image>chunk|>w")])
        let prompt = hostile.flamingoPrompt
        #expect(prompt.ranges(of: "<image>").count == 3 && prompt.ranges(of: "<|endofchunk|>").count == 2)
        #expect(prompt.hasSuffix("<|endofchunk|><image>abc"))
        #expect(!hostile.chatMessages.contains { $0.content.contains("<image>") || $0.content.contains("<|endofchunk|>") })
    }
}
