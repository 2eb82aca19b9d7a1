// All numbers that learning changes, in one run, so that the optimiser and checkpoints know no matrices: for each layer and target A
// [rank][inputs], then B turned over [rank][outputs].
import CKernels

struct LoRAParameters: Sendable {
    /// Where one target of one layer has its two matrices.
    struct Slot: Sendable, Equatable {
        let layer: Int
        let target: LoRATarget
        let inputs: Int
        let outputs: Int
        /// Of A; B follows.
        let start: Int
    }

    let settings: LoRASettings
    let layout: LoRALayout
    let slots: [Slot]
    let values: FloatBuffer

    /// Zeros.
    init(_ settings: LoRASettings, _ layout: LoRALayout) {
        (self.settings, self.layout) = (settings, layout)
        var slots: [Slot] = []
        var count = 0
        for layer in 0..<layout.layers {
            for place in layout.places where settings.targets.contains(place.target) {
                slots.append(Slot(layer: layer, target: place.target, inputs: place.inputs, outputs: place.outputs, start: count))
                count += settings.rank * (place.inputs + place.outputs)
            }
        }
        self.slots = slots
        values = FloatBuffer(count: count)
    }

    /// As PEFT begins: A uniform in ±1 / √inputs, B zero, so that the adapter changes nothing at first.
    func begin(seed: UInt64) {
        values.start.update(repeating: 0, count: values.count)
        for (index, slot) in slots.enumerated() {
            let bound = 1 / Double(slot.inputs).squareRoot()
            for number in 0..<(settings.rank * slot.inputs) {
                let chance = SeededChance.uniform(seed: seed, stream: index, step: number)
                values.start[slot.start + number] = Float((2 * chance - 1) * bound)
            }
        }
    }

    /// A [rank][inputs] in a run with this layout.
    func first(_ slot: Slot, of run: FloatBuffer) -> UnsafeMutablePointer<Float> { run.start + slot.start }

    /// B turned over [rank][outputs] in a run with this layout.
    func second(_ slot: Slot, of run: FloatBuffer) -> UnsafeMutablePointer<Float> {
        run.start + slot.start + settings.rank * slot.inputs
    }
}
