import Foundation
import Inference
import Support

/// What goes over the wire to Stable Diffusion WebUI (AUTOMATIC1111, Forge) and SD.Next. Pure.
///
/// Source: `modules/api` and `modules/progress.py` of both.
enum WebUIWire {
    static func path(_ request: ImageRequest) -> String { request.initialImage == nil ? "/sdapi/v1/txt2img" : "/sdapi/v1/img2img" }

    /// The body of a request for pictures.
    ///
    /// - Parameters:
    ///   - parameters: the operator's own, such as `sampler_name`; what the request says is stronger.
    ///   - checkpoint: loaded by the server if another one is.
    static func body(_ request: ImageRequest, parameters: [String: JSONValue], checkpoint: String?) -> JSONValue {
        var body = parameters
        body["prompt"] = .string(request.prompt)
        let negative = [parameters["negative_prompt"]?.string, request.negativePrompt].compactMap { $0 }.filter { !$0.isEmpty }
        if !negative.isEmpty { body["negative_prompt"] = .string(negative.joined(separator: ", ")) }
        body["seed"] = .integer(seed(request.seed))
        body["batch_size"] = .integer(Int64(request.count))
        body["n_iter"] = 1
        if let steps = request.steps { body["steps"] = .integer(Int64(steps)) }
        if let guidance = request.guidance { body["cfg_scale"] = .number(guidance) }
        if let size = request.size {
            body["width"] = .integer(Int64(size.width))
            body["height"] = .integer(Int64(size.height))
        }
        if let initial = request.initialImage {
            body["init_images"] = .array([.string(PictureData.base64(initial.bytes))])
            body["denoising_strength"] = .number(initial.strength)
        }
        if let checkpoint {
            var settings = parameters["override_settings"]?.members ?? [:]
            settings["sd_model_checkpoint"] = .string(checkpoint)
            body["override_settings"] = .object(settings)
            // Else each request loads two checkpoints.
            body["override_settings_restore_afterwards"] = false
        }
        body["send_images"] = true
        body["save_images"] = false
        if let workID = request.workID { body["force_task_id"] = .string(workID) }
        return .object(body)
    }

    /// Seeds have 32 bits there; -1 would be drawn by lot.
    static func seed(_ seed: UInt64) -> Int64 { Int64(seed & 0xFFFF_FFFF) }

    /// The pictures of an answer with their seeds; nil where it is of another shape.
    static func result(_ body: [UInt8], count: Int) -> ImageResult? {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else { return nil }
        let info = answer.info.flatMap { try? JSONDecoder().decode(Info.self, from: Data($0.utf8)) }
        // A grid of all may come first, and other programs' pictures after ours.
        let grids = max(0, info?.index_of_first_image ?? (answer.images.count == count + 1 && count > 1 ? 1 : 0))
        let images = answer.images.dropFirst(grids).prefix(count).map(PictureData.bytes)
        guard !images.contains(where: { $0 == nil }) else { return nil }
        let seeds = (info?.all_seeds ?? []).prefix(count).compactMap { UInt64(exactly: $0) }
        return ImageResult(images: images.compactMap { $0 }, seeds: seeds)
    }

    private struct Answer: Decodable {
        var images: [String]
        var info: String?
    }

    private struct Info: Decodable {
        var all_seeds: [Int64]?
        var index_of_first_image: Int?
    }

    /// `POST /internal/progress`.
    struct ProgressQuestion: Encodable, Sendable {
        var id_task: String
        /// The preview that is already known, so that it does not come again.
        var id_live_preview: Int
    }

    /// Of one task. All false: the server does not know the id, or not yet.
    struct TaskProgress: Decodable, Sendable, Hashable {
        var active: Bool
        var queued: Bool
        var completed: Bool
        var progress: Double?
        var live_preview: String?
        var id_live_preview: Int?

        var isKnown: Bool { active || queued || completed }
    }

    /// `GET /sdapi/v1/progress`: of whatever the server works at, be it ours or not.
    struct ServerProgress: Decodable, Sendable, Hashable {
        struct State: Decodable, Sendable, Hashable {
            var job: String?
        }

        var progress: Double
        var state: State?

        /// Whether it works for somebody who asked over the API, as we do, and not for a person at its page.
        var isOverAPI: Bool {
            let job = (state?.job ?? "").lowercased()
            return job.hasPrefix("scripts_") || job.hasPrefix("api")
        }
    }

    /// The options that say what the server is.
    struct Options: Decodable, Sendable, Hashable {
        var sd_model_checkpoint: String?
    }
}
