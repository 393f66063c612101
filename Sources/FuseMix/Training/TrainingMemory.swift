/// The division of a training's memory: memory left over after everything else keeps activations, and those that find
/// no room are computed again.
struct TrainingMemory {
    /// Number of chunks whose activations each side keeps.
    let keptChunks: (x: Int, y: Int)
    /// Floats per row for activations that are not kept; 0 where all are kept.
    let passingWidth: Int

    /// Memory of the loss's own tiles and sums.
    private static let loss = 128 << 20

    /// - Parameters:
    ///   - limit: Bytes in all.
    ///   - parameters: Floats of one copy of the parameters.
    ///   - rows: Rows that a step takes through the adapters, `chunk` of them at once.
    ///   - latents: Bytes of both sets, because a mapped file also occupies memory once it is read; if they take more
    ///     than half the limit, the system drops pages again.
    init(
        limit: Int, adapters: AdapterConfiguration, settings: TrainingSettings, parameters: Int, rows: Int, chunk: Int,
        latents: Int, validates: Bool
    ) {
        let towers = [adapters.x, adapters.y]
        let widths = towers.map { tower in
            tower.form.map { ChunkActivations.width($0, inputSize: tower.inputSize) } ?? 0
        }
        let size = MemoryLayout<Float>.size
        // Values, gradients, two moments, then the running average and the best so far.
        let copies = 4 + (settings.averageDecay > 0 ? 1 : 0) + (validates ? 1 : 0)
        // Embeddings, the loss's working copies, the gradients, and the weights of a base's vectors.
        let points = rows * adapters.outputSize * 6 + (rows + chunk) * (adapters.x.base?.queriedCount ?? 0)
        let mixed = rows * (adapters.x.inputSize + adapters.y.inputSize)
        let scratch = chunk * (towers.compactMap(\.form).map { $0.hidden + 3 * $0.width }.max() ?? 0)
        let passing = chunk * (widths.max() ?? 0)
        let fixed =
            min(latents, limit / 2) + Self.loss + size * (copies * parameters + points + mixed + scratch + passing)

        let chunks = (rows + chunk - 1) / chunk
        var left = max(0, limit - fixed)
        let kept = widths.map { width in
            guard width > 0 else { return chunks }
            let count = min(chunks, left / (chunk * width * size))
            left -= count * chunk * width * size
            return count
        }
        keptChunks = (kept[0], kept[1])
        passingWidth = kept.allSatisfy { $0 == chunks } ? 0 : widths.max() ?? 0
    }
}
