// Where the small weights that ship with Troupe lie. Whoever loads a model asks for its folder; what a folder means is
// Neural's business, and nothing here reads one.
import Foundation

public enum PocketCheckpoint {
    /// The pocket painter: a DALL·E mini of 128 x 128 pixels with `config.json`, `generation_config.json`,
    /// `model.safetensors`, `vocab.json`, `merges.txt`, and `words.json`, the words it knows by kind.
    public static var painter: URL { folder("painter") }

    /// The pocket Llama: a chat model of the LLaMA family with `config.json`, `generation_config.json`, `model.safetensors`,
    /// `tokenizer.json` and `tokenizer_config.json`.
    public static var llama: URL { folder("llama") }

    /// The base of the pocket cast: a GPT-2 with `config.json`, `model.safetensors`, `vocab.json` and `merges.txt`.
    public static var cast: URL { folder("cast") }

    /// What the cast's three characters wrote, as DiscordChatExporter exports a channel.
    public static var castExport: URL { cast.appending(path: "export.json") }

    /// The pocket Flamingo: a model that sees pictures of 64 x 64 pixels, with `config.json`, `model.safetensors` and `tokenizer.json`.
    public static var flamingo: URL { folder("flamingo") }

    private static func folder(_ name: String) -> URL {
        Bundle.module.bundleURL.appending(path: "Weights/\(name)", directoryHint: .isDirectory)
    }
}
