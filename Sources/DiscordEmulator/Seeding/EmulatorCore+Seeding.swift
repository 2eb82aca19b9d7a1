import OrderedCollections

/// Peopling a world from a document.
extension EmulatorCore {
    /// All of it or nothing; the ids of what is in the document, by name.
    func populate(_ document: JSON) throws(World.PlayError) -> JSON {
        try step { (state) throws(World.PlayError) in
            var world = state.world
            var sower = Sower(world: world)
            try sower.sow(document)
            world = sower.world
            state.world = world
            return sower.ids
        }
    }
}
