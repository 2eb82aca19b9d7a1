import Memory
import Testing

@Suite("Scopes of memory")
struct ConversationScopeTests {
    @Test("keep the names under which they are stored")
    func names() {
        #expect(ConversationScope.allCases.map(\.rawValue) == ["reply_chain", "thread", "person_in_channel", "everyone_in_channel"])
    }
}
