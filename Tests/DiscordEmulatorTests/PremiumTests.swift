import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("What is for sale", .timeLimit(.minutes(10)))
struct PremiumTests {
    let stage = Stage()
    private var base: String { "/applications/\(stage.application)" }

    @Test("a consumable is bought, heard of on the first shard, consumed once, and only then bought again")
    func consumable() async throws {
        let sku = try stage.control.makeSKU("100 credits")
        #expect(stage.call("GET", "\(base)/skus").json.array?.first?["slug"] == "100-credits")
        let second = stage.connect()
        second.identify(shard: [1, 2])
        let line = stage.connect()
        line.identify(intents: 0, shard: [0, 2])
        let bought = try stage.control.buy(sku, inTestMode: true)
        let heard = try #require(await line.until("ENTITLEMENT_CREATE")?["d"])
        #expect(heard["id"]?.string == "\(bought.id)")
        #expect(heard["type"] == 4)
        #expect(heard["consumed"] == false)
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.buy(sku) }
        #expect(stage.call("POST", "\(base)/entitlements/\(bought.id)/consume").status == 204)
        #expect(await line.until("ENTITLEMENT_UPDATE")?["d"]?["consumed"] == true)
        #expect(stage.call("POST", "\(base)/entitlements/\(bought.id)/consume").status == 400)
        try stage.control.buy(sku)
        #expect(stage.core.step { $0.hub.sessions.values.first { $0.ear.shard == 1 }?.replay.count } ?? 9 <= 2)
    }

    @Test("a refund takes the purchase back, and lists show it only when asked")
    func refund() async throws {
        let sku = try stage.control.makeSKU("A frame", .durable)
        let bought = try stage.control.buy(sku)
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.buy(sku) }
        let line = stage.connect()
        line.identify(intents: 0)
        #expect(try stage.control.refund(bought.id).deleted == true)
        #expect(await line.until("ENTITLEMENT_DELETE")?["d"]?["deleted"] == true)
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.refund(bought.id) }
        #expect(stage.call("GET", "\(base)/entitlements").json.array?.count == 0)
        #expect(stage.call("GET", "\(base)/entitlements?exclude_deleted=false").json.array?.count == 1)
        #expect(stage.call("GET", "\(base)/entitlements/\(bought.id)").json["deleted"] == true)
        #expect(stage.call("POST", "\(base)/entitlements/\(bought.id)/consume").status == 400, "durable")
    }

    @Test("lists are filtered by person, guild, SKU and place in the list")
    func lists() throws {
        let credits = try (0..<3).map { try stage.control.makeSKU("Pack \($0)") }
        let guild = try stage.control.makeSKU("For a guild", .subscription, isForGuilds: true)
        let ids = try credits.map { try stage.control.buy($0).id }
        try stage.control.acting(as: EmulatorControl.secondPerson).buy(credits[0])
        #expect(throws: EmulatorControl.Refused.self, "which guild?") { try stage.control.buy(guild) }
        try stage.control.buy(guild, for: EmulatorControl.guild)
        func count(_ query: String) -> Int? { stage.call("GET", "\(base)/entitlements?\(query)").json.array?.count }
        #expect(count("") == 5)
        #expect(count("user_id=\(World.firstHuman)") == 3)
        #expect(count("guild_id=\(Stage.guild)") == 1)
        #expect(count("sku_ids=\(credits[0]),\(credits[1])") == 3)
        #expect(count("after=\(ids[0])&limit=2") == 2)
        #expect(count("before=\(ids[1])") == 1)
        #expect(stage.call("GET", "\(base)/entitlements?user_id=x").code == 50035)
        #expect(stage.call("GET", "/applications/1/entitlements").code == 10002)
    }

    @Test("interactions tell what the person and the guild have")
    func interactions() throws {
        let sku = try stage.control.makeSKU("Gold", .subscription)
        try stage.control.buy(sku)
        let shown = stage.core.step { $0.world }.show(try stage.interaction())
        #expect(shown["entitlements"]?.array?.count == 1)
        #expect(shown["entitlement_sku_ids"] == [.string("\(sku)")])
    }

    @Test("a subscription runs on when it is cancelled, and is over at the end of its period")
    func subscription() async throws {
        let sku = try stage.control.makeSKU("Gold", .subscription)
        let bought = try stage.control.buy(sku)
        let list = "/skus/\(sku)/subscriptions"
        #expect(stage.call("GET", list).code == 50035)
        #expect(stage.call("GET", "\(list)?user_id=\(World.firstHuman)").json.array?.first?["status"] == 0)
        #expect(try stage.control.cancelSubscription(bought.id).endsAt != nil)
        #expect(stage.call("GET", "\(list)?user_id=\(World.firstHuman)").json.array?.first?["status"] == 1)
        #expect(stage.call("GET", "\(base)/entitlements?exclude_ended=true").json.array?.count == 1)
        stage.clock.advance(by: .seconds(31 * 86_400))
        #expect(stage.call("GET", "\(base)/entitlements?exclude_ended=true").json.array?.count == 0)
    }

    @Test("an application makes test entitlements for subscriptions only, and deletes only those")
    func tests() throws {
        let gold = try stage.control.makeSKU("Gold", .subscription)
        let pack = try stage.control.makeSKU("Pack")
        func make(_ sku: SKUID) -> Stage.Answer {
            let body: JSON = ["sku_id": .string("\(sku)"), "owner_id": .id(World.secondHuman), "owner_type": 2]
            return stage.call("POST", "\(base)/entitlements", body)
        }
        let made = make(gold)
        #expect(made.json["starts_at"] == .null)
        #expect(make(pack).status == 400)
        #expect(stage.call("DELETE", "\(base)/entitlements/\(try #require(made.json["id"]?.string))").status == 204)
        let bought = try stage.control.buy(pack)
        #expect(stage.call("DELETE", "\(base)/entitlements/\(bought.id)").status == 400)
    }
}
