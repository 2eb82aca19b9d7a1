import Foundation
import Inference

/// What a caller sends to `/v1/chat/completions` or `/v1/completions`: enough to ask a model, and how the answer should come.
protocol AnswerForm: Decodable, Sendable {
    var model: String? { get }
    var wishes: AnswerWishes { get }
    /// What is asked of the model.
    func messages() throws(ServingError) -> [ChatMessage]
    /// Whether answers have the shape of a chat, or of plain text.
    static var isChat: Bool { get }
}

/// The body of `POST /v1/chat/completions`. Keys that nobody knows are passed over.
struct ChatForm: AnswerForm {
    static let isChat = true

    var model: String?
    var wishes: AnswerWishes
    private var turns: [Turn]

    private enum Keys: String, CodingKey { case model, messages }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        turns = try container.decode([Turn].self, forKey: .messages)
        wishes = try AnswerWishes(from: decoder)
    }

    func messages() throws(ServingError) -> [ChatMessage] {
        guard !turns.isEmpty else { throw .invalid("'messages' is empty", "messages") }
        var messages: [ChatMessage] = []
        for (index, turn) in turns.enumerated() { messages.append(try turn.message(at: index)) }
        return messages
    }

    private struct Turn: Decodable, Sendable {
        var role: String
        var content: Content?

        func message(at index: Int) throws(ServingError) -> ChatMessage {
            let role: ChatMessage.Role
            switch self.role {
            case "system", "developer": role = .system
            case "user": role = .user
            case "assistant": role = .assistant
            default:
                throw .invalid("'messages[\(index)].role' is not supported; known are system, user, assistant", "messages[\(index)].role")
            }
            switch content {
            case nil: return ChatMessage(role, "")
            case .text(let text): return ChatMessage(role, text)
            case .parts(let parts):
                var message = ChatMessage(role, "")
                for part in parts { try part.add(to: &message, at: index) }
                return message
            }
        }
    }

    private enum Content: Decodable, Sendable {
        case text(String)
        case parts([Part])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .parts(try container.decode([Part].self))
            }
        }
    }

    private struct Part: Decodable, Sendable {
        struct Picture: Decodable, Sendable { var url: String }
        var type: String
        var text: String?
        var image_url: Picture?

        func add(to message: inout ChatMessage, at index: Int) throws(ServingError) {
            let key = "messages[\(index)].content"
            switch type {
            case "text":
                message.content += message.content.isEmpty ? text ?? "" : "\n" + (text ?? "")
            case "image_url":
                guard let url = image_url?.url, url.hasPrefix("data:image/"), let comma = url.firstIndex(of: ","),
                    url[..<comma].hasSuffix(";base64"), let data = Data(base64Encoded: String(url[url.index(after: comma)...])),
                    !data.isEmpty
                else { throw .invalid("a picture must come as data:image/png;base64,… in '\(key)'; addresses are not fetched", key) }
                message.images.append([UInt8](data))
            default:
                throw .invalid("'\(key)' has a part of a kind that is not supported; known are text, image_url", key)
            }
        }
    }
}

/// The body of `POST /v1/completions`: the prompt goes to the model as one message of a person's.
struct CompletionForm: AnswerForm {
    static let isChat = false

    var model: String?
    var wishes: AnswerWishes
    private var prompt: OneOrSeveral

    private enum Keys: String, CodingKey { case model, prompt }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        prompt = try container.decode(OneOrSeveral.self, forKey: .prompt)
        wishes = try AnswerWishes(from: decoder)
    }

    func messages() throws(ServingError) -> [ChatMessage] {
        guard let text = prompt.texts.first, prompt.texts.count == 1 else { throw .invalid("send one prompt a request", "prompt") }
        return [ChatMessage(.user, text)]
    }
}
