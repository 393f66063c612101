import Foundation
import SoundBridge
import SoundFrontEnd

/// The items of a run in their order, prepared by a pool's threads a little ahead of their use.
struct PreparedItems {
    private var coming: ArraySlice<RunItem>
    private var begun: [PendingResult<PreparedItem>] = []
    private let depth: Int
    private let pool: WorkerPool
    private let preparation: ItemPreparation

    /// - Parameter depth: items that are being prepared or wait for their use; bounds the memory.
    init(_ preparation: ItemPreparation, depth: Int, on pool: WorkerPool) {
        (self.preparation, self.depth, self.pool) = (preparation, depth, pool)
        coming = preparation.plan.items[...]
    }

    /// Nil after the last.
    nonisolated(nonsending) mutating func next() async -> PreparedItem? {
        while begun.count < depth, let item = coming.popFirst() {
            begun.append(pool.start { [preparation] in preparation(item) })
        }
        return begun.isEmpty ? nil : await begun.removeFirst().value()
    }
}

/// An item for which everything is done that needs no network.
///
/// Unchecked: the sound is handed from the thread that prepared it to the one that listens, never shared.
struct PreparedItem: @unchecked Sendable {
    let item: RunItem
    /// One a picture.
    let needs: [PictureNeed]
    /// The beginning is decoded; nil without a sound, or where no picture is needed.
    let sound: Result<Waveform?, any Error>
    /// That opening and decoding took.
    let seconds: StageSeconds
}

/// Prepares items, on any thread.
struct ItemPreparation: Sendable {
    /// Of a sound that is longer, the rest is decoded while it is listened to: read-ahead sounds must not fill memory.
    private static let secondsAhead = 30

    let plan: RunPlan
    let options: RunOptions
    let records: RunRecords?
    /// Samples a second that the sound is needed at; 0 in a run without sounds.
    let sampleRate: Int

    func callAsFunction(_ item: RunItem) -> PreparedItem {
        let needs = item.pictures.map { PictureNeed($0, of: item, in: plan, overwrites: options.overwrites, records) }
        let isNeeded = needs.contains { if case .make = $0 { true } else { false } }
        var seconds = StageSeconds()
        let sound = seconds.measure(\.listen) { Result { isNeeded ? try open(item.source) : nil } }
        return PreparedItem(item: item, needs: needs, sound: sound, seconds: seconds)
    }

    private func open(_ source: RunSource) throws -> Waveform? {
        let file: AudioFile
        switch source {
        case .none: return nil
        case .standardInput: file = try AudioFile(spooling: .standardInput, name: "standard input")
        case .file(let path): file = try AudioFile(path: path)
        }
        let waveform = try Waveform(file, sampleRate: sampleRate)
        try waveform.readAhead(Self.secondsAhead * sampleRate)
        return waveform
    }
}
