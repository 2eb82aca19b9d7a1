import Foundation
import Inference
import Support
import Testing

@testable import ModelProviders

@Suite struct `A ComfyUI workflow` {
    private let request = ImageRequest(
        prompt: "a cat of %negative% %seed%", count: 2, seed: 40, negativePrompt: "dogs", size: ImageSize(width: 768, height: 512),
        steps: 30,
        guidance: 4.5)

    static let marked = #"""
        {"3": {"class_type": "KSampler", "inputs": {"seed": "%seed%", "steps": "%steps:25%", "cfg": "%guidance:6.5%", "denoise": 1.0,
               "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
         "5": {"class_type": "EmptyLatentImage", "inputs": {"width": "%width:512%", "height": "%height:640%", "batch_size": 1}},
         "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "best, %prompt%, 50% grey", "clip": ["4", 1]}},
         "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "%negative:blur%", "clip": ["4", 1]}}}
        """#

    /// As ComfyUI exports its own first example.
    static let exported = #"""
        {"3": {"class_type": "KSampler", "inputs": {"seed": 156680208700286, "steps": 20, "cfg": 8, "denoise": 1,
               "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}, "_meta": {"title": "KSampler"}},
         "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5.safetensors"}},
         "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512, "batch_size": 1}},
         "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "beautiful scenery", "clip": ["4", 1]}},
         "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text, watermark", "clip": ["4", 1]}},
         "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
         "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}}}
        """#

    private func workflow(_ text: String) throws -> ComfyWorkflow { try ComfyWorkflow(Array(text.utf8)) }

    @Test func `marks become values, once: what people write is not searched for marks`() throws {
        let runs = try workflow(Self.marked).runs(request, image: nil)
        #expect(runs.count == 2)
        #expect(runs.map { $0["3"]?["inputs"]?["seed"] } == [40, 41])
        #expect(runs[0]["3"]?["inputs"]?["steps"] == 30 && runs[0]["3"]?["inputs"]?["cfg"] == 4.5)
        #expect(runs[0]["6"]?["inputs"]?["text"] == "best, a cat of %negative% %seed%, 50% grey")
        #expect(runs[0]["7"]?["inputs"]?["text"] == "dogs" && runs[0]["5"]?["inputs"]?["width"] == 768)
        #expect(runs[0]["3"]?["inputs"]?["model"] == .array(["4", 0]), "links stay")
    }

    @Test func `what the request does not say stands in the mark`() throws {
        let run = try workflow(Self.marked).runs(ImageRequest(prompt: "x", count: 1, seed: 1), image: nil)[0]
        #expect(run["3"]?["inputs"]?["steps"] == 25 && run["3"]?["inputs"]?["cfg"] == 6.5)
        #expect(run["5"]?["inputs"]?["height"] == 640 && run["7"]?["inputs"]?["text"] == "blur")
    }

    @Test func `an exported workflow without marks works as it is`() throws {
        let workflow = try workflow(Self.exported)
        #expect(workflow.slots == [.prompt, .negative, .seed, .steps, .guidance, .width, .height])
        let run = workflow.runs(request, image: nil)[1]
        #expect(run["3"]?["inputs"]?["seed"] == 41 && run["3"]?["inputs"]?["steps"] == 30)
        #expect(run["6"]?["inputs"]?["text"] == .string(request.prompt))
        #expect(run["7"]?["inputs"]?["text"] == "text, watermark, dogs", "what the workflow never wants stays unwanted")
        #expect(run["5"]?["inputs"] == .object(["width": 768, "height": 512, "batch_size": 1]))
        let plain = workflow.runs(ImageRequest(prompt: "x", count: 1, seed: 1), image: nil)[0]
        #expect(plain["3"]?["inputs"]?["steps"] == 20 && plain["5"]?["inputs"]?["width"] == 512)
    }

    @Test func `the text is found through guiders and what changes the conditioning`() throws {
        let flux = #"""
            {"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["11", 0]}},
             "13": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["25", 0], "guider": ["22", 0], "latent_image": ["27", 0]}},
             "22": {"class_type": "BasicGuider", "inputs": {"model": ["12", 0], "conditioning": ["26", 0]}},
             "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": 1}},
             "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}}}
            """#
        let run = try workflow(flux).runs(request, image: nil)[1]
        #expect(run["6"]?["inputs"]?["text"] == .string(request.prompt) && run["25"]?["inputs"]?["noise_seed"] == 41)
    }

    @Test func `a place for the count makes one batch`() throws {
        let batch = Self.marked.replacing(#""batch_size": 1"#, with: #""batch_size": "%count%""#)
        let runs = try workflow(batch).runs(request, image: nil)
        #expect(runs.count == 1 && runs[0]["5"]?["inputs"]?["batch_size"] == 2)
        #expect(try !workflow(batch).abilities.seeds && workflow(Self.marked).abilities.seeds)
    }

    @Test func `a workflow that starts from a picture says so`() throws {
        let from =
            #"{"1": {"class_type": "LoadImage", "inputs": {"image": "%image%"}}, "2": {"class_type": "T", "inputs": {"text": "%prompt%", "denoise": "%strength%"}}}"#
        var request = ImageRequest(prompt: "x", count: 1, seed: 1)
        request.initialImage = .init(bytes: [], strength: 0.25)
        let run = try workflow(from).runs(request, image: "troupe/a.png")[0]
        #expect(run["1"]?["inputs"]?["image"] == "troupe/a.png" && run["2"]?["inputs"]?["denoise"] == 0.25)
        #expect(try workflow(from).abilities.initialImage)
    }

    @Test(arguments: [
        ("", "it is no JSON object"), ("[1]", "it is no JSON object"), (#"{"nodes": [], "links": [], "version": 0.4}"#, "Export (API)"),
        (#"{"1": {"class_type": "X"}}"#, "lack class_type or inputs"),
        (#"{"1": {"class_type": "X", "inputs": {"a": 1}}}"#, "no place for the prompt"),
    ])
    func `a file that cannot be used says what to do`(_ text: String, _ words: String) {
        let problem = #expect(throws: ComfyWorkflow.Problem.self) { try workflow(text) }
        #expect(problem?.description.contains(words) == true, "\(String(describing: problem))")
    }
}
