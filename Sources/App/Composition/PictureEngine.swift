/// The servers that paint, by the names of `engine:` in troupe.yaml.
enum PictureEngine: String, CaseIterable {
    case dallePlayground = "dalle-playground"
    case openAI = "openai"
    case webUI = "sd-webui"
    case comfyUI = "comfyui"

    var product: String {
        switch self {
        case .dallePlayground: "dalle-playground"
        case .openAI: "OpenAI's images API"
        case .webUI: "Stable Diffusion WebUI"
        case .comfyUI: "ComfyUI"
        }
    }

    /// Where such a server listens unless told otherwise.
    var usualAddress: String {
        switch self {
        case .dallePlayground: "http://127.0.0.1:8080"
        case .openAI: "https://api.openai.com/v1"
        case .webUI: "http://127.0.0.1:7860"
        case .comfyUI: "http://127.0.0.1:8188"
        }
    }
}
