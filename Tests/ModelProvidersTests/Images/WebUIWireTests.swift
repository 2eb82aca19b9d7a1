import Foundation
import Inference
import Support
import Testing

@testable import ModelProviders

@Suite struct `The wire to Stable Diffusion WebUI` {
    private func json(_ tree: JSONValue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(tree), as: UTF8.self)
    }

    @Test func `a plain request says no more than it must`() throws {
        let body = WebUIWire.body(ImageRequest(prompt: "a cat", count: 4, seed: 7), parameters: [:], checkpoint: nil)
        #expect(
            try json(body)
                == #"{"batch_size":4,"n_iter":1,"prompt":"a cat","save_images":false,"seed":7,"send_images":true}"#)
    }

    @Test func `every wish has its field, and is stronger than the operator's`() throws {
        let request = ImageRequest(
            prompt: "a cat", count: 1, seed: 0x1_0000_0005, negativePrompt: "dogs", size: ImageSize(width: 640, height: 512), steps: 30,
            guidance: 5.5, initialImage: .init(bytes: [1, 2, 3], strength: 0.4), workID: "123-0-1")
        let parameters: [String: JSONValue] = [
            "steps": 12, "negative_prompt": "blur", "sampler_name": "Euler a",
            "override_settings": .object(["CLIP_stop_at_last_layers": 2]),
        ]
        let body = WebUIWire.body(request, parameters: parameters, checkpoint: "dream.safetensors")
        #expect(
            try json(body)
                == #"{"batch_size":1,"cfg_scale":5.5,"denoising_strength":0.4,"force_task_id":"123-0-1","height":512,"init_images":["AQID"],"n_iter":1,"negative_prompt":"blur, dogs","override_settings":{"CLIP_stop_at_last_layers":2,"sd_model_checkpoint":"dream.safetensors"},"override_settings_restore_afterwards":false,"prompt":"a cat","sampler_name":"Euler a","save_images":false,"seed":5,"send_images":true,"steps":30,"width":640}"#
        )
        #expect(WebUIWire.path(request) == "/sdapi/v1/img2img")
    }

    @Test func `a grid in front and other programs' pictures behind are passed over`() {
        let info = #"{\"all_seeds\": [7, 8], \"index_of_first_image\": 1}"#
        let answer = #"{"images":["AAAA","AQID","BAU=","//8="],"parameters":{},"info":"\#(info)"}"#
        let result = WebUIWire.result(Array(answer.utf8), count: 2)
        #expect(result?.images == [[1, 2, 3], [4, 5]] && result?.seeds == [7, 8])
    }

    @Test func `a grid that nobody announced is passed over too`() {
        let result = WebUIWire.result(Array(#"{"images":["AAAA","AQID","BAU="],"info":"no json"}"#.utf8), count: 2)
        #expect(result?.images == [[1, 2, 3], [4, 5]] && result?.seeds == [])
    }

    @Test(arguments: ["{}", #"{"images":[1]}"#, #"{"images":["!"]}"#, "[]", ""])
    func `an answer of another shape is refused`(_ answer: String) { #expect(WebUIWire.result(Array(answer.utf8), count: 1) == nil) }

    @Test func `progress is read from both servers, with and without the nulls`() throws {
        let one =
            #"{"active":true,"queued":false,"completed":false,"progress":0.25,"eta":3.1,"live_preview":null,"id_live_preview":-1,"textinfo":null}"#
        let two = #"{"active":false,"queued":false,"paused":false,"completed":false,"id_live_preview":-1,"textinfo":"Waiting..."}"#
        func read(_ text: String) throws -> WebUIWire.TaskProgress {
            try JSONDecoder().decode(WebUIWire.TaskProgress.self, from: Data(text.utf8))
        }
        #expect(try read(one).progress == 0.25 && read(one).isKnown)
        #expect(try !read(two).isKnown)
    }

    @Test(arguments: [("scripts_txt2img", true), ("API TXT", true), ("api-img2img", true), ("task(x1)", false), ("", false)])
    func `only what was asked over the API is taken for ours where there are no ids`(_ job: String, _ isOurs: Bool) throws {
        let text = #"{"progress":0.5,"eta_relative":1,"state":{"job":"\#(job)","job_no":0}}"#
        #expect(try JSONDecoder().decode(WebUIWire.ServerProgress.self, from: Data(text.utf8)).isOverAPI == isOurs)
    }
}
