import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import NIOPosix
import PictureFiles
import SoundBridge
import SoundFrontEnd

/// The server's work for its clients, whatever form they ask in: it listens, and it draws.
final class Studio: Sendable {
    /// Sounds that are decoded at once or wait decoded, so that they do not fill memory.
    private static let soundsAhead = 4

    let shelf: ModelShelf
    let limits: ServerLimits
    let metrics: ServerMetrics
    /// Pictures that wait or are drawn.
    let pictures: Budget
    private let decoding = Turns<Int>(capacity: soundsAhead)

    init(_ shelf: ModelShelf, _ limits: ServerLimits, _ metrics: ServerMetrics) {
        (self.shelf, self.limits, self.metrics) = (shelf, limits, metrics)
        pictures = Budget(limits.queue)
    }

    /// Fails what waits with `ServerError.closing`; what is being drawn is finished.
    func close() {
        decoding.close()
        shelf.close()
    }

    /// Draws what a client asks for. A cancelled task ends within a step.
    ///
    /// Throws `ServerError`, and what listening and drawing throw.
    ///
    /// - Parameters:
    ///   - tell: Called with what happens, from any thread.
    ///   - wantsWhole: Whether a whole estimate is wanted after a step, beside the rough ones that the order asks for.
    func draw(
        _ order: PictureOrder, tell: @escaping @Sendable (DrawingEvent) -> Void = { _ in },
        wantsWhole: @escaping @Sendable () -> Bool = { false }
    ) async throws -> DrawnOrder {
        let name = try shelf.name(order.model)
        guard pictures.take(order.count) else {
            throw ServerError.full(
                capacity: limits.queue, retryAfter: metrics.secondsExpected(for: limits.queue / 2))
        }
        defer { pictures.giveBack(order.count) }
        return try await shelf.with(name) { open in
            let settings = order.settings(over: open.model.pipeline.parts.defaults)
            let subject = try await self.subject(of: order, settings, open)
            tell(.heard(subject))
            let requests = try self.requests(for: order, settings, subject)
            let drawn = try await self.draw(requests, on: open.desk, tell) { step, steps in
                if wantsWhole() { return .whole }
                return order.previewEvery.map { step % $0 == 0 && step < steps } == true ? .rough : .none
            }
            return DrawnOrder(pictures: drawn, subject: subject)
        }
    }

    /// Listens to a sound, or reads words as sounds are read, without drawing. Throws `ServerError`, and what listening throws.
    func listen(to order: PictureOrder) async throws -> HeardSubject {
        try await shelf.with(shelf.name(order.model)) { open in
            try await self.subject(
                of: order, order.settings(over: open.model.pipeline.parts.defaults), open)
        }
    }

    private func draw(
        _ requests: [PictureRequest], on desk: DrawingDesk, _ tell: @escaping @Sendable (DrawingEvent) -> Void,
        estimate: @escaping @Sendable (Int, Int) -> Estimate
    ) async throws -> [DrawnPicture] {
        try await withThrowingTaskGroup(of: (Int, DrawnPicture).self) { group in
            for (index, request) in requests.enumerated() {
                let watcher = DrawingWatcher(estimate: estimate) { step, steps, estimate in
                    tell(.step(picture: index, step: step, steps: steps, estimate: estimate))
                }
                group.addTask {
                    let drawn = try await desk.draw(request, watcher: watcher)
                    tell(.drawn(picture: index, drawn))
                    return (index, drawn)
                }
            }
            var drawn = [DrawnPicture?](repeating: nil, count: requests.count)
            for try await (index, picture) in group { drawn[index] = picture }
            return drawn.compactMap(\.self)
        }
    }

    private func requests(
        for order: PictureOrder, _ settings: GenerationSettings, _ subject: HeardSubject
    ) throws -> [PictureRequest] {
        var settings = settings
        let start = try order.start.map { file in
            settings.initImage = InitialPicture(
                path: file.name, sha256: SHA256.sum(of: file.bytes),
                strength: order.strength ?? InitialPicture.defaultStrength)
            return try PictureFile(bytes: file.bytes, name: file.name, limits: limits.pictures)
        }
        return (0..<order.count).map { index in
            settings.seed = (order.seed ?? 0) + UInt64(index)
            var request = PictureRequest(
                subject.subject, settings, initialPicture: start, name: order.sound?.name)
            request.seconds = subject.seconds
            return request
        }
    }

    private func subject(
        of order: PictureOrder, _ settings: GenerationSettings, _ open: ModelShelf.Open
    ) async throws -> HeardSubject {
        guard let sound = order.sound else { return try await Self.subject(of: nil, order, settings, open) }
        return try await decoding(0) {
            let seconds = self.limits.clipSeconds
            let waveform = try await NIOThreadPool.singleton.runIfActive {
                try DecodedSound(sound, sampleRate: open.sampleRate, atMost: seconds)
            }
            return try await Self.subject(of: waveform, order, settings, open)
        }
    }

    @ComputeActor
    private static func subject(
        of decoded: DecodedSound?, _ order: PictureOrder, _ settings: GenerationSettings, _ open: ModelShelf.Open
    ) throws -> HeardSubject {
        try Task.checkCancellation()
        let (pipeline, guide) = (open.model.pipeline, open.model.guide)
        if let size = settings.size { try pipeline.check(size) }
        if settings.scheduler != nil { try pipeline.checkLevels(settings) }
        try pipeline.check(settings.soundAs, in: settings.prompt)
        var seconds = StageSeconds()
        seconds.listen = decoded?.seconds ?? 0
        let sound = try seconds.measure(\.listen) {
            try decoded.map { try pipeline.listen(to: $0.waveform, pooling: settings.window) }
        }
        let subject = try seconds.measure(\.condition) {
            try pipeline.subject(of: sound, by: settings)
        }
        var warnings = try guide.remarks(on: settings) + subject.warnings
        warnings += try settings.negativePrompt.map(pipeline.warnings(ofNegativePrompt:)) ?? []
        if sound != nil, settings.prompt == nil, let name = order.sound?.name {
            warnings += try [guide.remark(on: subject, called: name)].compactMap(\.self)
        }
        return HeardSubject(
            model: open.model.name, subject: subject, embedding: subject.conditioning.embedding, warnings: warnings,
            seconds: seconds)
    }
}

/// An event while pictures are drawn.
enum DrawingEvent: Sendable {
    case heard(HeardSubject)
    case step(picture: Int, step: Int, steps: Int, estimate: Picture?)
    case drawn(picture: Int, DrawnPicture)
}

struct DrawnOrder: Sendable {
    let pictures: [DrawnPicture]
    let subject: HeardSubject
}

/// A subject, with what is to be said of it.
struct HeardSubject: Sendable {
    let model: String
    let subject: PictureSubject
    /// Nil for a model whose conditions are made from none.
    let embedding: Embedding?
    let warnings: [String]
    /// Time that it took.
    let seconds: StageSeconds
}

/// A sound with all its samples.
///
/// Unchecked: it is handed from the thread that decoded it to the one that listens, never shared.
private struct DecodedSound: @unchecked Sendable {
    let waveform: Waveform
    let seconds: Double

    /// Throws `ServerError.clipTooLong`, `AudioFileError`, `SignalError`.
    init(_ sound: SentFile, sampleRate: Int, atMost limit: Int) throws {
        var time = StageSeconds()
        waveform = try time.measure(\.listen) {
            let file = try AudioFile(bytes: sound.bytes, name: sound.name)
            if let seconds = file.info.duration, seconds > Double(limit) {
                throw ServerError.clipTooLong(seconds: limit)
            }
            let waveform = try Waveform(file, sampleRate: sampleRate)
            // What a sound says of its length need not be so.
            var seconds = 16
            while true {
                try waveform.readAhead(seconds * sampleRate + 1)
                if waveform.samplesAhead <= seconds * sampleRate { return waveform }
                guard seconds < limit else { throw ServerError.clipTooLong(seconds: limit) }
                seconds = min(2 * seconds, limit)
            }
        }
        seconds = time.listen
    }
}

extension ServerLimits {
    /// Bounds of pictures that are sent: they are brought to the size of those to draw.
    var pictures: PictureLimits {
        var limits = PictureLimits()
        (limits.fileBytes, limits.side, limits.pixels) = (bodyBytes, 8192, 1 << 24)
        return limits
    }
}
