import Credits
import Testing

@Suite("An amount of credits")
struct CreditAmountTests {
    @Test("reads as people say it")
    func spoken() {
        #expect(CreditAmount(1).description == "1 credit")
        #expect(CreditAmount(50).description == "50 credits")
    }
}
