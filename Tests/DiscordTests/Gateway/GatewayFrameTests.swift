import DiscordModels
import NIOCore
import Testing

@testable import Discord

@Suite("Reading gateway payloads")
struct GatewayFrameTests {
    private func envelope(_ text: String) throws -> GatewayEnvelope {
        try ByteBuffer(string: text).withUnsafeReadableBytes { try GatewayEnvelope(reading: $0) }
    }

    @Test("An envelope is read whatever the order of its keys, its spaces and what else it holds")
    func envelopes() throws {
        let first = try envelope(#"{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"content":"a \"quoted\" } brace","n":[1,{"x":null}]}}"#)
        #expect(first.opcode == 0)
        #expect(first.sequence == 42)
        #expect(first.name == "MESSAGE_CREATE")
        let second = try envelope(" {\n \"d\" : [ true , -1.5e3 ] ,\"new\":{\"op\":7}, \"op\" : 11 , \"s\" : null, \"t\":null }\t")
        #expect(second.opcode == 11)
        #expect(second.sequence == nil)
        #expect(second.name == nil)
        #expect(second.data?.count == 17)
    }

    @Test(
        "What is no envelope is refused",
        arguments: [
            "", " ", "{", "{}", "[]", "null", #"{"op"}"#, #"{"op":}"#, #"{"op":"1"}"#, #"{"op":1"#, #"{"op":1}x"#, #"{"op":1,}"#,
            #"{"op":99999999999999999999}"#, #"{"op":1,"d":}"#, #"{"op":1,"d":{}"#, #"{"op":1,"d":]}"#, #"{"op":1,"d":"abc}"#,
            #"{"op":1,"d":"abc\"#, #"{"s":1,"t":"X","d":{}}"#, #"{"op":1,"s":true}"#, #"{"op":1,"t":5}"#, "\u{0}", #"{"op":1 "d":2}"#,
        ])
    func malformed(text: String) {
        #expect(throws: GatewayEnvelope.Malformed.self) { try envelope(text) }
        #expect(throws: GatewayError.self) { try GatewayFrame(reading: ByteBuffer(string: text)) }
    }

    @Test("Nesting beyond any sense is refused, not followed")
    func deepNesting() {
        let deep = #"{"op":0,"d":"# + String(repeating: "[", count: 1_000_000)
        #expect(throws: GatewayEnvelope.Malformed.self) { try envelope(deep) }
    }

    @Test(
        "Each opcode becomes what the state machine understands",
        arguments: [
            (#"{"op":10,"d":{"heartbeat_interval":41250,"_trace":["x"]}}"#, .hello(interval: .milliseconds(41_250))),
            (#"{"op":10,"d":{"heartbeat_interval":0}}"#, .hello(interval: .milliseconds(50))),
            (#"{"op":10,"d":{"heartbeat_interval":9223372036854775807}}"#, .hello(interval: .seconds(600))),
            (#"{"op":1,"d":null}"#, .heartbeatRequest), (#"{"op":11}"#, .heartbeatAck), (#"{"op":7,"d":null}"#, .reconnect),
            (#"{"op":9,"d":true}"#, .invalidSession(resumable: true)), (#"{"op":9,"d":false}"#, .invalidSession(resumable: false)),
            (#"{"op":9}"#, .invalidSession(resumable: false)), (#"{"op":77,"d":{}}"#, .unknown(opcode: 77)),
            (#"{"op":0,"s":5,"t":"RESUMED","d":{}}"#, .resumed(sequence: 5)),
            (#"{"op":0,"s":6,"t":"SOMETHING_NEW","d":{"a":1}}"#, .dispatch(sequence: 6)),
            (
                #"{"op":0,"s":1,"t":"READY","d":{"v":10,"session_id":"abc","resume_gateway_url":"wss://resume.example"}}"#,
                .ready(sequence: 1, sessionID: "abc", address: resumeAddress)
            ), (#"{"op":0,"s":1,"t":"READY","d":{"session_id":"abc"}}"#, .ready(sequence: 1, sessionID: "abc", address: nil)),
        ] as [(String, Machine.Signal)])
    func signals(text: String, signal: Machine.Signal) throws {
        #expect(try GatewayFrame(reading: ByteBuffer(string: text)).signal == signal)
    }

    @Test("A READY without a session, a HELLO without an interval and a dispatch without a name are refused")
    func incomplete() {
        for text in [
            #"{"op":0,"s":1,"t":"READY","d":{}}"#, #"{"op":10,"d":{}}"#, #"{"op":10}"#, #"{"op":0,"s":1,"d":{}}"#,
            #"{"op":0,"s":-1,"t":"X","d":{}}"#,
        ] {
            #expect(throws: GatewayError.self) { try GatewayFrame(reading: ByteBuffer(string: text)) }
        }
    }

    @Test("The data of a dispatch is handed on as it came, wherever in the buffer it lay")
    func slices() throws {
        var buffer = ByteBuffer(string: #"junk{"op":0,"s":6,"t":"MESSAGE_DELETE","d":{"id":"1","channel_id":"2"}}"#)
        buffer.moveReaderIndex(forwardBy: 4)
        let frame = try GatewayFrame(reading: buffer)
        #expect(String(buffer: frame.data) == #"{"id":"1","channel_id":"2"}"#)
        let event = try GatewayEvent(name: frame.name ?? "", data: frame.data)
        #expect(event == .messageDelete(MessageDelete(id: .init(1), channelID: .init(2))))
    }

    @Test("Events nobody asked for have no decoding; those asked for all have one")
    func knownEvents() throws {
        #expect(!GatewayEvent.isKnown("PRESENCE_UPDATE"))
        #expect(try GatewayEvent(name: "PRESENCE_UPDATE", data: ByteBuffer()) == nil)
        #expect(try GatewayEvent(name: "RESUMED", data: ByteBuffer()) == .resumed)
        let entitlement = #"{"id":"1","sku_id":"2","application_id":"3","type":8,"deleted":false,"new_field":{}}"#
        for name in ["ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE"] {
            #expect(GatewayEvent.isKnown(name))
            #expect(try GatewayEvent(name: name, data: ByteBuffer(string: entitlement)) != nil)
        }
    }

    @Test("An unreadable event says which field, and not what stood in it")
    func redacted() {
        let data = ByteBuffer(string: #"{"id":"1","channel_id":{"secret words":1}}"#)
        do {
            _ = try GatewayEvent(name: "MESSAGE_DELETE", data: data)
            Issue.record("decoded")
        } catch {
            #expect(GatewayEvent.place(of: error).contains("channel_id"))
            #expect(!GatewayEvent.place(of: error).contains("secret words"))
        }
    }
}
