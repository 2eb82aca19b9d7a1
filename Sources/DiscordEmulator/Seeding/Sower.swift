import OrderedCollections
import Support

/// Reads a seed: people, applications, guilds with roles, channels and messages. People and guilds that are there already (by name) are
/// taken as they are and added to, so that a document can be sown twice. Works on a copy of the world.
struct Sower: Sendable {
    var world: World
    private(set) var users: OrderedDictionary<String, ID> = [:]
    private(set) var guilds: OrderedDictionary<String, ID> = [:]
    /// By `guild/channel`.
    private(set) var channels: OrderedDictionary<String, ID> = [:]

    init(world: World) {
        self.world = world
        for user in world.users.values { users[user.username] = user.id }
    }

    /// `{"users": {name: id}, "guilds": {name: id}, "channels": {"guild/channel": id}}`
    var ids: JSON {
        func shown(_ table: OrderedDictionary<String, ID>) -> JSON { .object(table.mapValues { .id($0) }) }
        return ["users": shown(users), "guilds": shown(guilds), "channels": shown(channels)]
    }

    mutating func sow(_ document: JSON) throws(World.PlayError) {
        try Self.check(document, at: "the document", knows: ["users", "applications", "guilds"])
        for (index, entry) in try Self.list(document, "users").enumerated() { try person(entry, "users[\(index)]") }
        for (index, entry) in try Self.list(document, "applications").enumerated() { try application(entry, "applications[\(index)]") }
        for (index, entry) in try Self.list(document, "guilds").enumerated() { try guild(entry, "guilds[\(index)]") }
    }

    private mutating func person(_ entry: JSON, _ place: String) throws(World.PlayError) {
        try Self.check(entry, at: place, knows: ["username", "global_name", "locale"])
        let name = try Self.name(entry, "username", place)
        guard users[name] == nil else { return }
        do throws(World.PlayError) {
            let locale = entry["locale"]?.string ?? "en-US"
            guard CommandForm.locales.contains(locale) else { throw World.PlayError("Discord has no language \(locale).") }
            users[name] = try world.makeUser(named: name, globalName: entry["global_name"]?.string, locale: locale).id
        } catch { throw World.PlayError(error.message, field: place) }
    }

    private mutating func application(_ entry: JSON, _ place: String) throws(World.PlayError) {
        try Self.check(entry, at: place, knows: ["id", "name", "description", "redirect_uris"])
        let name = try Self.name(entry, "name", place)
        let id = entry["id"]?.id ?? users[name] ?? world.nextID()
        if world.applications[id] == nil {
            guard world.applications.count < world.limits.applications, world.users[id] == nil else {
                throw World.PlayError("There are too many applications, or a person has this id.", field: place)
            }
            world.add(application: ApplicationRecord(id: id, name: name, description: ""))
        }
        world.applications[id]?.name = name
        world.users[id]?.username = name
        if let text = entry["description"]?.string { world.applications[id]?.description = text }
        if let uris = entry["redirect_uris"]?.array { world.applications[id]?.redirectURIs = uris.compactMap(\.string) }
        users[name] = id
    }

    private mutating func guild(_ entry: JSON, _ place: String) throws(World.PlayError) {
        try Self.check(entry, at: place, knows: ["name", "owner", "members", "roles", "channels"])
        let name = try Self.name(entry, "name", place)
        let id: ID
        if let known = world.guilds.values.first(where: { $0.name == name }) {
            id = known.id
        } else {
            let owner = try entry["owner"].map { (value) throws(World.PlayError) in try user(value, "\(place).owner") } ?? World.firstHuman
            id = world.makeGuild(named: name, by: owner, channels: []).id
        }
        guilds[name] = id
        let members = try Self.list(entry, "members")
        let wanted = entry["members"] == nil ? Array(world.users.keys) : try ids(of: members, "\(place).members")
        for member in wanted { do { try world.join(guild: id, member) } catch { throw World.PlayError(error) } }
        for (index, role) in try Self.list(entry, "roles").enumerated() { try self.role(role, "\(place).roles[\(index)]", in: id) }
        for (index, channel) in try Self.list(entry, "channels").enumerated() {
            try self.channel(channel, "\(place).channels[\(index)]", in: id, of: name, position: index)
        }
    }

    private mutating func role(_ entry: JSON, _ place: String, in guildID: ID) throws(World.PlayError) {
        try Self.check(entry, at: place, knows: ["name", "color", "permissions", "hoist", "mentionable", "members"])
        let name = try Self.name(entry, "name", place)
        let known = world.guilds[guildID]?.roles.first { $0.name == name }
        let top = world.guilds[guildID]?.roles.filter { $0.managedBy == nil }.map(\.position).max() ?? 0
        var role = known ?? RoleRecord(id: world.nextID(), name: name, permissions: [], position: top + 1)
        if let color = entry["color"] { role.color = try Self.color(color, "\(place).color") }
        if let bits = entry["permissions"] {
            guard let raw = bits.string.flatMap({ UInt64($0) }) ?? bits.int.flatMap({ UInt64(exactly: $0) }) else {
                throw World.PlayError("Permissions are a number of bits, as Discord writes them.", field: "\(place).permissions")
            }
            role.permissions = Permissions(rawValue: raw)
        }
        role.isHoisted = entry["hoist"]?.bool ?? role.isHoisted
        role.isMentionable = entry["mentionable"]?.bool ?? role.isMentionable
        world.put(role, in: guildID)
        for member in try ids(of: try Self.list(entry, "members"), "\(place).members") {
            guard var record = world.guilds[guildID]?.members[member], !record.roleIDs.contains(role.id) else { continue }
            record.roleIDs.append(role.id)
            world.update(record, in: guildID)
        }
    }

    mutating func note(_ id: ID, as name: String) { channels[name] = id }

    // Reading.

    /// A person or bot by name or id.
    func user(_ value: JSON, _ place: String) throws(World.PlayError) -> ID {
        if let name = value.string, let id = users[name] { return id }
        if let id = value.id, world.users[id] != nil { return id }
        throw World.PlayError("There is no user \(value.text).", field: place)
    }

    private func ids(of values: [JSON], _ place: String) throws(World.PlayError) -> [ID] {
        var found: [ID] = []
        for value in values { found.append(try user(value, place)) }
        return found
    }

    static func check(_ value: JSON, at place: String, knows keys: Set<String>) throws(World.PlayError) {
        guard let object = value.object else { throw World.PlayError("Expected keys with values.", field: place) }
        guard let unknown = object.keys.first(where: { !keys.contains($0) }) else { return }
        throw World.PlayError("There is no key \"\(unknown)\" here; known are \(keys.sorted().joined(separator: ", ")).", field: place)
    }

    static func list(_ value: JSON, _ key: String) throws(World.PlayError) -> [JSON] {
        guard let found = value[key], !found.isNull else { return [] }
        guard let list = found.array else { throw World.PlayError("Expected a list.", field: key) }
        return list
    }

    static func name(_ value: JSON, _ key: String, _ place: String) throws(World.PlayError) -> String {
        guard let name = value[key]?.string, (1...100).contains(name.utf16.count) else {
            throw World.PlayError("A \(key) of 1 to 100 characters is needed.", field: place)
        }
        return name
    }

    private static func color(_ value: JSON, _ place: String) throws(World.PlayError) -> Int {
        if let number = value.int, (0...0xFF_FFFF).contains(number) { return Int(number) }
        if let text = value.string, text.hasPrefix("#"), text.count == 7, let number = Int(text.dropFirst(), radix: 16) { return number }
        throw World.PlayError("A colour is written \"#e91e63\", in quotes.", field: place)
    }
}
