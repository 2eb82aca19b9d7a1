// Image tokens to pixels: the decoder half of a VQGAN. Codes are looked up, mixed, then refined from the coarse grid to the
// full picture by residual blocks, attention and doubling.
import CKernels

/// Scratch for one picture on its way from grid to pixels; a request makes one and paints its pictures in turn.
final class VQGANCanvas {
    /// Pixels a side at the present level.
    var side: Int
    var pixels: Int { side * side }
    private(set) var picture: FloatBuffer
    private(set) var spare: FloatBuffer
    /// Input of a convolution, with a border of zeros.
    let padded: FloatBuffer
    let statistics: FloatBuffer
    /// Groups of every group norm.
    let groups: Int
    let pool: ComputePool

    init(_ configuration: VQGANConfiguration, pool: ComputePool) {
        self.pool = pool
        groups = configuration.groups
        side = configuration.grid
        var floats = 0
        var bordered = 0
        var statistics = 0
        for (level, width) in configuration.widths.enumerated() {
            let side = configuration.resolution >> level
            // A level's first block still sees the coarser level's channels; the coarsest begins with latents and codes.
            let coarsest = level + 1 == configuration.widths.count
            let before = coarsest ? max(configuration.latentChannels, configuration.codeSize) : configuration.widths[level + 1]
            let channels = max(width, before)
            floats = max(floats, side * side * channels)
            bordered = max(bordered, (side + 2) * (side + 2) * channels)
            statistics = max(statistics, Int(ck_group_norm_scratch(Int64(side), Int64(channels))))
        }
        picture = FloatBuffer(count: floats)
        spare = FloatBuffer(count: floats)
        padded = FloatBuffer(count: bordered)
        self.statistics = FloatBuffer(count: statistics)
    }

    func swapSpare() { swap(&picture, &spare) }
}

struct VQGANDecoder: Sendable {
    private struct Level: Sendable {
        let blocks: [ResidualBlock]
        /// Empty, or one a block.
        let attentions: [PixelAttention]
        /// After doubling; the finest level has none.
        let upsample: Convolution3x3?
    }

    let configuration: VQGANConfiguration
    /// [codes][code size]
    private let codebook: FloatBuffer
    private let postQuantisation: PixelLinear
    private let input: Convolution3x3
    private let middle: (first: ResidualBlock, attention: PixelAttention, second: ResidualBlock)
    /// Coarsest first.
    private let levels: [Level]
    private let outputNorm: GroupNorm
    private let output: Convolution3x3

    init(_ tensors: TensorSource, _ configuration: VQGANConfiguration) throws(CheckpointError) {
        self.configuration = configuration
        let c = configuration
        let top = c.widths[c.widths.count - 1]
        codebook = try tensors.floats("embedding.weight", [c.codes, c.codeSize])
        postQuantisation = try PixelLinear(tensors, "post_quant_conv", inputs: c.codeSize, outputs: c.latentChannels)
        let decoder = tensors.scoped("decoder")
        input = try Convolution3x3(decoder, "conv_in", inputs: c.latentChannels, outputs: top)
        middle = (
            try ResidualBlock(decoder.scoped("mid.block_1"), inputs: top, outputs: top),
            try PixelAttention(decoder.scoped("mid.attn_1"), channels: top),
            try ResidualBlock(decoder.scoped("mid.block_2"), inputs: top, outputs: top)
        )
        var levels: [Level] = []
        var inputs = top
        for (index, width) in c.widths.enumerated().reversed() {
            let source = decoder.scoped("up.\(index)")
            let attends = c.attentionResolutions.contains(c.resolution >> index)
            var blocks: [ResidualBlock] = []
            var attentions: [PixelAttention] = []
            for block in 0..<c.blocks {
                blocks.append(try ResidualBlock(source.scoped("block.\(block)"), inputs: inputs, outputs: width))
                if attends { attentions.append(try PixelAttention(source.scoped("attn.\(block)"), channels: width)) }
                inputs = width
            }
            let upsample = index == 0 ? nil : try Convolution3x3(source.scoped("upsample"), "conv", inputs: width, outputs: width)
            levels.append(Level(blocks: blocks, attentions: attentions, upsample: upsample))
        }
        self.levels = levels
        outputNorm = try GroupNorm(decoder, "norm_out", channels: c.widths[0])
        output = try Convolution3x3(decoder, "conv_out", inputs: c.widths[0], outputs: 3)
    }

    /// The picture of grid * grid tokens, row by row: floats [resolution][resolution][3], 0 black to 1 full, not yet clipped,
    /// in the canvas's `picture`.
    func decode(_ tokens: [Int32], canvas: VQGANCanvas) {
        let pool = canvas.pool
        canvas.side = configuration.grid
        let size = configuration.codeSize
        for (pixel, token) in tokens.enumerated() {
            canvas.spare.start.advanced(by: pixel * size).update(from: codebook.start + Int(token) * size, count: size)
        }
        postQuantisation.apply(canvas.spare, pixels: canvas.pixels, into: canvas.picture, pool: pool)
        pad(canvas, channels: configuration.latentChannels, doubled: false)
        input.apply(canvas, into: canvas.picture)
        middle.first.apply(canvas)
        middle.attention.apply(canvas)
        middle.second.apply(canvas)
        for level in levels {
            for (index, block) in level.blocks.enumerated() {
                block.apply(canvas)
                if !level.attentions.isEmpty { level.attentions[index].apply(canvas) }
            }
            if let upsample = level.upsample {
                pad(canvas, channels: upsample.inputs, doubled: true)
                upsample.apply(canvas, into: canvas.picture)
            }
        }
        outputNorm.apply(canvas.picture, canvas, swish: true, padded: true, into: canvas.padded)
        output.apply(canvas, into: canvas.picture)
    }

    /// Moves the picture into `padded`; doubled: at twice the size, which the canvas then has.
    private func pad(_ canvas: VQGANCanvas, channels: Int, doubled: Bool) {
        let side = Int64(canvas.side)
        if doubled {
            ck_pad_upsampled(canvas.pool.handle, canvas.picture.start, side, side, Int64(channels), canvas.padded.start)
            canvas.side *= 2
        } else {
            ck_pad_copy(canvas.pool.handle, canvas.picture.start, side, side, Int64(channels), canvas.padded.start)
        }
    }
}
