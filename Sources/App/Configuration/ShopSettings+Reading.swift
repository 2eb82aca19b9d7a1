import DiscordModels
import Foundation
import Support

extension ShopSettings {
    init(_ value: (Settings.Key) -> String?) throws {
        self.init()
        if let address = value(.publicAddress) {
            guard let url = URL(string: address), url.scheme == "http" || url.scheme == "https", url.host() != nil, url.query() == nil
            else { throw SettingsError(key: Settings.Key.publicAddress.rawValue, problem: "\"\(address)\" is no http or https address") }
            publicAddress = address.hasSuffix("/") ? String(address.dropLast()) : address
        }
        paymentSecret = value(.paymentSecret).map { Secret($0) }
        if let text = value(.discordClientID) {
            guard let id = UInt64(text) else {
                throw SettingsError(key: Settings.Key.discordClientID.rawValue, problem: "\"\(text)\" is no application's id")
            }
            clientID = ApplicationID(id)
        }
        clientSecret = value(.discordClientSecret).map { Secret($0) }
    }
}
