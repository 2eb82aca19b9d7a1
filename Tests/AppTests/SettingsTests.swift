import Credits
import Foundation
import Inference
import Jobs
import Support
import Testing

@testable import App

@Suite("Settings")
struct SettingsTests {
    /// Settings read in an empty folder, with the files given.
    private func read(
        flags: [Settings.Key: String] = [:], environment: [String: String] = [:], files: [String: String] = [:]
    ) throws -> Settings {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "troupe-settings-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return try Settings.read(flags: flags, environment: environment, folder: folder)
    }

    @Test("With nothing set, Troupe brings its own Discord and the pocket models")
    func defaults() throws {
        let settings = try read()
        #expect(settings.discordToken == nil)
        #expect(settings.database == "sqlite:troupe.db")
        #expect(settings.models.map(\.name) == ["pocket", "pocket-llama", "pocket-flamingo"])
    }

    @Test("A flag beats the environment, which beats .env, which beats troupe.yaml")
    func layers() throws {
        let files = [".env": "TROUPE_DATABASE=sqlite:dotenv.db", "troupe.yaml": "TROUPE_DATABASE: sqlite:yaml.db"]
        let environment = ["TROUPE_DATABASE": "sqlite:environment.db"]
        #expect(try read(files: ["troupe.yaml": files["troupe.yaml"]!]).database == "sqlite:yaml.db")
        #expect(try read(files: files).database == "sqlite:dotenv.db")
        #expect(try read(environment: environment, files: files).database == "sqlite:environment.db")
        #expect(try read(flags: [.database: "sqlite:flag.db"], environment: environment, files: files).database == "sqlite:flag.db")
    }

    @Test("The database may be PostgreSQL's, and a wrong address is told without its password")
    func postgres() throws {
        let address = "postgres://troupe:secret@db.example.org/troupe"
        #expect(try read(environment: ["TROUPE_DATABASE": address]).database == address)
        let error = #expect(throws: SettingsError.self) { try read(environment: ["TROUPE_DATABASE": "postgres://u:hunter2@h:port/d"]) }
        #expect(error?.key == "TROUPE_DATABASE" && error?.problem.contains("hunter2") == false)
    }

    @Test("The queue is the database, or a Redis, and a wrong address is told without its password")
    func queue() throws {
        #expect(try read().queue == nil && read(environment: ["TROUPE_QUEUE": "sql"]).queue == nil)
        let address = try read(environment: ["TROUPE_QUEUE": "rediss://bob:hunter2@cache.example.org/1"]).queue
        #expect(address?.description == "rediss://bob@cache.example.org:6379/1")
        for text in ["rabbit://h", "redis://u:hunter2@h/none"] {
            let error = #expect(throws: SettingsError.self) { try read(environment: ["TROUPE_QUEUE": text]) }
            #expect(error?.key == "TROUPE_QUEUE" && error?.problem.contains("hunter2") == false)
        }
    }

    @Test("Models are read from troupe.yaml, with ${NAME} taken from the environment")
    func models() throws {
        let yaml = """
            models:
              - name: big
                kind: image
                engine: neural
                path: ${MODELS}/dalle-mini
            """
        let settings = try read(environment: ["MODELS": "/srv/models"], files: ["troupe.yaml": yaml])
        #expect(settings.models == [ModelSettings(name: "big", kind: .image, engine: "neural", path: "/srv/models/dalle-mini")])
    }

    @Test("A model on servers has addresses, a key that is never printed, a price and options")
    func serverModels() throws {
        let yaml = """
            models:
              - name: big
                kind: chat
                engine: openai
                url: [http://10.0.0.1:8000/v1/, "https://${HOST}/v1"]
                model: llama-3
                key: ${KEY}
                price: 2
                contextTokens: 8192
                sees: true
                options: {temperature: 0.7, maxTokens: 512, stop: "###"}
            """
        let settings = try read(environment: ["KEY": "sk-hidden", "HOST": "models.example"], files: ["troupe.yaml": yaml])
        let model = try #require(settings.models.first)
        #expect(model.urls.map(\.description) == ["http://10.0.0.1:8000/v1", "https://models.example/v1"])
        #expect(model.key?.reveal() == "sk-hidden")
        #expect(!"\(settings)".contains("sk-hidden"))
        #expect(model.options == TextOptions(maxTokens: 512, temperature: 0.7, stop: ["###"]))
        #expect([model.price, model.contextTokens] == [2, 8192])
        #expect(model.sees == true)
    }

    @Test(
        "A server that cannot be used is refused with its reason, without its password",
        arguments: [
            ("url: 'http://me:secret@host/'", "name or password"), ("url: [ftp://host]", "no http"),
            ("url: 'http://host/?key=secret'", "?"),
            ("price: -1", "0 to"), ("contextTokens: 3", "128"), ("options: {temperature: 9}", "temperature"),
            ("options: {topp: 1}", "known are maxTokens"), ("key: [secret, secret]", "\"key\""),
        ])
    func serverModelErrors(line: String, says: String) throws {
        let yaml = "models: [{name: a, kind: chat, engine: openai, \(line)}]"
        let error = try #require(throws: SettingsError.self) { try read(files: ["troupe.yaml": yaml]) }
        #expect("\(error)".contains(says), "\(error)")
        #expect(!"\(error)".contains("secret"))
    }

    @Test(
        "A setting that cannot be used names its key and says what is wrong",
        arguments: [
            ("TROUPE_EMULATOR: nowhere", "TROUPE_EMULATOR"), ("DISCORD_TEST_GUILD_ID: mine", "DISCORD_TEST_GUILD_ID"),
            ("DISCORD_API_BASE_URL: ftp://x", "DISCORD_API_BASE_URL"), ("TROUPE_QUEUE: kafka", "TROUPE_QUEUE"),
            ("TROUPE_LEASE: soon", "TROUPE_LEASE"),
            ("TROUPE_DATABASE: oracle", "TROUPE_DATABASE"), ("TOKEN: x", "troupe.yaml"), ("- a\n- b", "troupe.yaml"),
            ("a: [", "troupe.yaml"),
            ("models: 3", "models"), ("models: [{name: a}]", "models"), ("models: [{name: a, kind: dance, engine: pocket}]", "models"),
            ("models: [{name: a, kind: image, engine: pocket, size: 3}]", "models"),
            ("models: [{name: a, kind: image, engine: neural, path: '${NOWHERE}'}]", "models"),
            ("models: [{name: a, kind: image, engine: pocket}, {name: a, kind: image, engine: pocket}]", "models"),
        ])
    func clearErrors(yaml: String, key: String) throws {
        let error = try #require(throws: SettingsError.self) { try read(files: ["troupe.yaml": yaml]) }
        #expect(error.key == key, "\(error)")
    }

    @Test("A configuration file that was asked for by name must exist")
    func namedFileMissing() {
        #expect(throws: SettingsError.self) { try read(environment: ["TROUPE_CONFIG": "other.yaml"]) }
    }

    @Test("A .env file takes comments, export and quotes, and names the line it cannot read")
    func dotEnv() throws {
        let values = try DotEnv.parse("# a comment\nexport A=1\nB = \"two words\" \nC='$A # stays'\nD=x # dropped\n\nE=")
        #expect(values == ["A": "1", "B": "two words", "C": "$A # stays", "D": "x", "E": ""])
        #expect(throws: DotEnv.SyntaxError(line: 2)) { try DotEnv.parse("A=1\njust words") }
        #expect(throws: DotEnv.SyntaxError(line: 1)) { try DotEnv.parse("A=\"open") }
    }

    @Test("Addresses are read with IPv6 hosts, and nonsense is refused")
    func addresses() {
        #expect(Address("127.0.0.1:8080")?.port == 8080)
        #expect(Address("[::1]:0")?.host == "::1")
        #expect(["", "8080", "host", "host:70000", ":80", "a b:80"].allSatisfy { Address($0) == nil })
    }

    @Test("Credits are off until they are switched on")
    func credits() throws {
        #expect(try read().hasCredits == false)
        #expect(try read(environment: ["TROUPE_CREDITS": "on"]).hasCredits)
        #expect(try read(files: ["troupe.yaml": "TROUPE_CREDITS: on"]).hasCredits)
        #expect(try read(environment: ["TROUPE_CREDITS": "off"], files: ["troupe.yaml": "TROUPE_CREDITS: on"]).hasCredits == false)
        #expect(throws: SettingsError(key: "TROUPE_CREDITS", problem: "\"maybe\" is neither on nor off")) {
            try read(environment: ["TROUPE_CREDITS": "maybe"])
        }
    }

    @Test("The owner's rules are read with the models' prices")
    func creditRules() throws {
        let yaml = """
            models:
              - {name: big, kind: image, engine: pocket, price: 3}
              - {name: small, kind: image, engine: pocket, price: 0}
              - {name: other, kind: image, engine: pocket}
            credits:
              defaultPrice: 2
              pool: user-first
              dailyUserCap: 100
              allowances:
                - {name: everyone, period: daily, amount: 10}
                - {name: patrons, role: 123, period: monthly, amount: 500}
              articles: [{sku: 900, credits: 100}]
            """
        let settings = try read(files: ["troupe.yaml": yaml])
        let policy = settings.creditRules.policy(settings.models)
        #expect(["big", "small", "other"].map { policy.price(of: $0, units: 1).value } == [3, 0, 2])
        #expect(policy.poolRule == .userFirst && policy.dailyUserCap == CreditAmount(100) && policy.dailyGuildCap == nil)
        #expect(policy.allowances.map(\.amount.value) == [10, 500] && policy.allowances[1].role == 123)
        #expect(policy.articles == ["900": CreditAmount(100)])
    }

    @Test(
        "A rule that cannot be used is named with what would be right",
        arguments: [
            ("credits: on", "expected keys"), ("credits: {price: 1}", "known are defaultPrice"),
            ("credits: {pool: mine}", "\"pool\" that cannot be used"), ("credits: {dailyUserCap: -1}", "it must be 0 to"),
            ("credits: {allowances: [{name: a b, period: daily, amount: 1}]}", "visible ASCII"),
            ("credits: {allowances: [{name: a, period: daily}]}", "missing"),
            ("credits: {allowances: [{name: a, perod: daily, amount: 1}]}", "known are name, role, period, amount"),
            ("credits: {articles: [{sku: a, credits: 0}]}", "it must be 1 to"),
            ("credits: {articles: [{sku: a, credits: 1, link: \"http://pay.example.com\"}]}", "https address"),
            ("credits: {articles: [{sku: a, credits: 1, link: \"https://pay.example.com\", price: 4.9 EUR}]}", "4.99 EUR"),
        ])
    func wrongRules(_ yaml: String, _ words: String) throws {
        let error = #expect(throws: SettingsError.self) { try read(files: ["troupe.yaml": yaml]) }
        #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
    }
}
