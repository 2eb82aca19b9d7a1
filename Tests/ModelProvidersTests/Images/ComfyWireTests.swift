import Foundation
import Inference
import Support
import Testing

@testable import ModelProviders

@Suite struct `The wire to ComfyUI` {
    private func tree(_ text: String) throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

    @Test func `an id is the same for the same work, as RFC 9562 makes it`() {
        // The example of the RFC: the name space of domain names and www.example.com.
        let domains: [UInt8] = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8]
        #expect(NamedUUID.text("www.example.com", space: domains) == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(NamedUUID.text("1/0") == NamedUUID.text("1/0") && NamedUUID.text("1/0") != NamedUUID.text("1/1"))
    }

    @Test func `the queue is read whatever stands behind the ids`() throws {
        let text =
            #"{"queue_running": [[3, "a", {"1": {}}, {}, ["9"]]], "queue_pending": [[4, "b"], [5, "c", {}, {}, [], {"extra": 1}], []]}"#
        let queue = try JSONDecoder().decode(ComfyWire.Queue.self, from: Data(text.utf8))
        #expect(queue.running == ["a"] && queue.pending == ["b", "c"] && queue.contains("c") && !queue.contains("d"))
    }

    @Test func `what is not in the history has not ended`() throws {
        #expect(ComfyWire.ending(of: "a", in: try tree("{}")) == nil)
        #expect(ComfyWire.ending(of: "a", in: try tree(#"{"b": {"outputs": {}}}"#)) == nil)
    }

    @Test func `kept pictures are taken, in the order of their nodes; temporary ones only where nothing is kept`() throws {
        let history = try tree(
            #"""
            {"a": {"prompt": [], "outputs": {
                "10": {"images": [{"filename": "c d+e.png", "subfolder": "x/y", "type": "output"}]},
                "9": {"images": [{"filename": "a.png", "subfolder": "", "type": "output"}], "text": ["hello"]},
                "8": {"images": [{"filename": "t.png", "subfolder": "", "type": "temp"}]}, "7": {"text": ["x"]}},
              "status": {"status_str": "success", "completed": true, "messages": []}}}
            """#)
        guard case .painted(let files)? = ComfyWire.ending(of: "a", in: history) else { return #expect(Bool(false), "it was painted") }
        #expect(
            files.map(\.path) == [
                "/view?filename=a.png&subfolder=&type=output", "/view?filename=c%20d%2Be.png&subfolder=x/y&type=output",
            ])
    }

    @Test(arguments: [
        ("torch.OutOfMemoryError", "Allocation on device 0 would exceed allowed memory. (out of memory)", true),
        ("torch.cuda.OutOfMemoryError", "CUDA out of memory. Tried to allocate 2.00 GiB", true),
        ("RuntimeError", "MPS backend out of memory (MPS allocated: 1.0 GB)", true),
        ("ValueError", "Sampler not found", false),
    ])
    func `a lack of memory is told from other errors by its words`(_ type: String, _ message: String, _ isMemory: Bool) throws {
        let history = try tree(
            #"""
            {"a": {"outputs": {}, "status": {"status_str": "error", "completed": false, "messages": [["execution_start", {}],
              ["execution_error", {"node_id": "3", "node_type": "KSampler", "exception_type": "\#(type)", "exception_message": "\#(message)\n"}]]}}}
            """#)
        let ending = ComfyWire.ending(of: "a", in: history)
        let words = "KSampler: \(type): \(message)"
        #expect(ending == (isMemory ? .outOfMemory(words) : .failed(words)))
    }

    @Test func `an interruption is an ending of its own`() throws {
        let history = try tree(
            #"{"a": {"outputs": {}, "status": {"status_str": "error", "messages": [["execution_interrupted", {"node_id": "3"}]]}}}"#)
        #expect(ComfyWire.ending(of: "a", in: history) == .interrupted)
    }

    @Test func `a refused workflow names the node and what it lacks`() {
        let body = #"""
            {"error": {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": "", "extra_info": {}},
             "node_errors": {"4": {"errors": [{"type": "value_not_in_list", "message": "Value not in list",
               "details": "ckpt_name: 'a' not in ['b']"}], "dependent_outputs": ["9"], "class_type": "CheckpointLoaderSimple"}}}
            """#
        #expect(
            ComfyWire.refusal(Array(body.utf8))
                == "node 4 (CheckpointLoaderSimple): Value not in list: ckpt_name: 'a' not in ['b']")
        let missing =
            #"{"error": {"type": "invalid_prompt", "message": "Cannot execute because node Foo does not exist.", "details": "Node ID '#3'"}, "node_errors": {}}"#
        #expect(ComfyWire.refusal(Array(missing.utf8)) == "Cannot execute because node Foo does not exist.; Node ID '#3'")
        #expect(ComfyWire.refusal(Array("<html>".utf8)) == nil)
    }
}
