import DiscordModels
import Foundation
import Jobs
import Storage
import Support
import Yams

/// Where settings come from, strongest first: flags, environment, `.env`, `troupe.yaml`, defaults.
extension Settings {
    /// The keys that may stand in the environment, in `.env` and at the top of `troupe.yaml`.
    enum Key: String, CaseIterable {
        case discordToken = "DISCORD_TOKEN"
        case discordAPIBaseURL = "DISCORD_API_BASE_URL"
        case discordTestGuildID = "DISCORD_TEST_GUILD_ID"
        case database = "TROUPE_DATABASE"
        case queue = "TROUPE_QUEUE"
        case lease = "TROUPE_LEASE"
        case traces = "TROUPE_TRACES"
        case credits = "TROUPE_CREDITS"
        case readsMessages = "DISCORD_MESSAGE_CONTENT"
        case emulator = "TROUPE_EMULATOR"
        case http = "TROUPE_HTTP"
        case publicKey = "DISCORD_PUBLIC_KEY"
        case publicAddress = "TROUPE_PUBLIC_ADDRESS"
        case paymentSecret = "TROUPE_PAYMENT_SECRET"
        case discordClientID = "DISCORD_CLIENT_ID"
        case discordClientSecret = "DISCORD_CLIENT_SECRET"
        case serveToken = "TROUPE_SERVE_TOKEN"
        case configuration = "TROUPE_CONFIG"
    }

    /// Reads all layers below a folder.
    ///
    /// - Parameters:
    ///   - flags: what was given on the command line.
    ///   - environment: the process's environment.
    ///   - folder: where `.env` and a relative `troupe.yaml` lie.
    static func read(flags: [Key: String], environment: [String: String], folder: URL) throws -> Settings {
        let dotEnv = try text(of: folder.appending(path: ".env")).map { try DotEnv.parse($0) } ?? [:]
        func early(_ key: Key) -> String? { flags[key] ?? environment[key.rawValue] ?? dotEnv[key.rawValue] }

        let named = early(.configuration)
        let file = URL(filePath: named ?? "troupe.yaml", relativeTo: folder)
        let yaml = try text(of: file)
        if named != nil, yaml == nil {
            throw SettingsError(key: Key.configuration.rawValue, problem: "there is no file \(file.relativePath)")
        }
        let variables = dotEnv.merging(environment) { $1 }
        let document = try YAMLDocument(yaml ?? "", file: file.lastPathComponent, environment: variables)
        var settings = try Settings(models: document.models, creditRules: document.credits, cloneRules: document.clones) {
            early($0) ?? document.values[$0.rawValue]
        }
        settings.variables = variables.mapValues { Secret($0) }
        return settings
    }

    private init(models: [ModelSettings]?, creditRules: CreditSettings?, cloneRules: CloneSettings?, value: (Key) -> String?) throws {
        self.init()
        func nonEmpty(_ key: Key) -> String? { value(key).flatMap { $0.isEmpty ? nil : $0 } }

        if let token = nonEmpty(.discordToken).map({ Secret($0) }), !token.isEmpty { discordToken = token }
        if let base = nonEmpty(.discordAPIBaseURL) {
            guard let url = URL(string: base), url.scheme == "http" || url.scheme == "https", url.host() != nil else {
                throw SettingsError(key: Key.discordAPIBaseURL.rawValue, problem: "\"\(base)\" is no http or https address")
            }
            discordAPIBaseURL = base.hasSuffix("/") ? String(base.dropLast()) : base
        }
        if let guilds = nonEmpty(.discordTestGuildID) {
            testGuildIDs = try guilds.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map { text in
                guard let id = UInt64(text) else {
                    throw SettingsError(
                        key: Key.discordTestGuildID.rawValue, problem: "\"\(text)\" is no guild id; copy it in Discord's developer mode")
                }
                return GuildID(id)
            }
        }
        if let database = nonEmpty(.database) {
            // The address may hold a password, so it is not repeated.
            do throws(StorageError) { _ = try DatabaseLocation(parsing: database) } catch {
                throw SettingsError(key: Key.database.rawValue, problem: "\(error.message). \(error.advice)")
            }
            self.database = database
        }
        if let queue = nonEmpty(.queue), queue != "sql" {
            do { self.queue = try RedisAddress(parsing: queue) } catch {
                throw SettingsError(key: Key.queue.rawValue, problem: "\(error.message) Or write sql, for the database.")
            }
        }
        if let text = nonEmpty(.lease) {
            guard let seconds = Int64(text), (1...3_600).contains(seconds) else {
                throw SettingsError(key: Key.lease.rawValue, problem: "\"\(text)\" is no number of seconds from 1 to 3600")
            }
            lease = .seconds(seconds)
        }
        if let text = nonEmpty(.traces) {
            guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", url.host() != nil else {
                throw SettingsError(
                    key: Key.traces.rawValue, problem: "\"\(text)\" is no http or https address; write http://HOST:4318, a collector's")
            }
            traces = ["", "/"].contains(url.path()) ? url.appending(path: "v1/traces").absoluteString : text
        }
        func address(_ key: Key, such example: String) throws -> Address? {
            guard let text = nonEmpty(key) else { return nil }
            guard let address = Address(text) else {
                throw SettingsError(key: key.rawValue, problem: "\"\(text)\" is no address; write HOST:PORT, as \(example)")
            }
            return address
        }
        func flag(_ key: Key) throws -> Bool? {
            guard let text = nonEmpty(key) else { return nil }
            guard let isOn = ["on": true, "off": false][text.lowercased()] else {
                throw SettingsError(key: key.rawValue, problem: "\"\(text)\" is neither on nor off")
            }
            return isOn
        }
        hasCredits = try flag(.credits) ?? hasCredits
        readsMessages = try flag(.readsMessages)
        if let creditRules { self.creditRules = creditRules }
        if let cloneRules { self.cloneRules = cloneRules }
        emulator = try address(.emulator, such: "127.0.0.1:8081") ?? emulator
        http = try address(.http, such: "127.0.0.1:8080") ?? http
        publicKey = nonEmpty(.publicKey)
        if let token = nonEmpty(.serveToken).map({ Secret($0) }), !token.isEmpty { serveToken = token }
        shop = try ShopSettings(nonEmpty)
        if let models { self.models = models }
    }

    /// A file's text; nil where there is no such file.
    private static func text(of file: URL) throws -> String? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do { return try String(contentsOf: file, encoding: .utf8) } catch {
            throw SettingsError(key: file.lastPathComponent, problem: "the file cannot be read as UTF-8 text")
        }
    }
}
