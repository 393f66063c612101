import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundFrontEnd
import TensorCore

extension Pipeline {
    /// Steps done, and their total, in the run that draws a batch.
    public struct Progress: Sendable {
        public let step: Int
        public let steps: Int
    }

    /// Draws pictures, in the order of the requests; consecutive ones that can share a batch do. Each has the same bits
    /// as if it were drawn alone.
    ///
    /// Throws the error of the first request that failed: `ModelError`; `SamplingError`, `PictureSizeError`,
    /// `InitialPictureError`, `ConditioningError` for invalid requests; what listening throws; `CancellationError`,
    /// within a step.
    public func draw(
        _ requests: [PictureRequest], batchSize: Int = DrawQueue.defaultBatchSize,
        onProgress: (Progress) -> Void = { _ in }
    ) throws -> [DrawnPicture] {
        let queue = DrawQueue(self, batchSize: batchSize, capacity: max(1, requests.count))
        for request in requests { try queue.add(request) }
        var drawn: [DrawnPicture] = []
        while !queue.isEmpty { drawn += try queue.draw(onProgress: onProgress).map { try $0.get() } }
        return drawn
    }

    /// Streams pictures in the order of the requests. Each batch is drawn when its first picture is asked for, so at
    /// most one batch waits for the consumer, and nothing is drawn for one that has gone. Ends with what `draw` throws.
    public nonisolated func pictures(_ requests: [PictureRequest]) -> AsyncThrowingStream<DrawnPicture, any Error> {
        let session = DrawSession(self, requests)
        return AsyncThrowingStream { try await session.next() }
    }

    /// Draws requests that can share a batch, at least one, each with its own share of the time.
    /// Throws `ModelError`, and errors that keep all of them from being made.
    func drawBatch(
        _ requests: [PictureRequest], onProgress: (Progress) -> Void
    ) throws -> [Result<DrawnPicture, any Error>] {
        var denoising = StageSeconds()
        let subjects = try requests.map { try subject(of: $0) }
        let latents = try denoising.measure(\.denoise) {
            try self.latents(requests, subjects.map(\.subject.conditioning.condition), onProgress: onProgress)
        }
        return requests.indices.map { index in
            var seconds = subjects[index].seconds
            seconds.denoise = denoising.denoise / Double(requests.count)
            return Result {
                let picture = try seconds.measure(\.decode) {
                    try finished(self.picture(of: latents.items(index..<index + 1)), requests[index].settings.size)
                }
                return try record(of: picture, requests[index], subjects[index].subject, seconds)
            }
        }
    }

    private func record(
        of picture: Picture, _ request: PictureRequest, _ subject: PictureSubject, _ seconds: StageSeconds
    ) throws -> DrawnPicture {
        let drawnSize = try drawnSize(for: request.settings.size)?.drawn
        var record = PictureRecord(
            input: request.name, picture: picture, drawnSize: drawnSize, model: parts.name, precision: parts.precision,
            settings: request.settings, heard: subject.heard, audioScores: subject.audioScores)
        record.seconds = seconds
        return DrawnPicture(picture: picture, record: record)
    }

    /// Returns the request's subject, made from its sound and prompt where it has none yet.
    private func subject(of request: PictureRequest) throws -> (subject: PictureSubject, seconds: StageSeconds) {
        var seconds = request.seconds
        let settings = request.settings
        if case .subject(let subject) = request.content { return (subject, seconds) }
        let sound = try seconds.measure(\.listen) { try encoded(request) }
        let subject = try seconds.measure(\.condition) {
            try self.subject(of: sound, prompt: settings.prompt, audioWeight: settings.audioWeight)
        }
        return (subject, seconds)
    }

    private func encoded(_ request: PictureRequest) throws -> EncodedSound? {
        let pooling = request.settings.window
        switch request.content {
        case .subject, .words: return nil
        case .soundFile(let bytes):
            return try listen(to: AudioFile(bytes: bytes, name: request.name ?? "the sound"), pooling: pooling)
        case .samples(let samples, let rate):
            let waveform = try Waveform(samples: samples, sampleRate: rate, resampledTo: sampleRate())
            return try listen(to: waveform, pooling: pooling)
        }
    }

    /// Returns clean latents `[pictures, height, width, channels]`, each with the same bits as if it were made alone.
    func latents(
        _ requests: [PictureRequest], _ conditions: [Condition], onProgress: (Progress) -> Void = { _ in }
    ) throws -> Tensor {
        let settings = requests[0].settings
        let denoiser = try parts.denoiser()
        try parts.check()
        return try LatentSampler(denoiser).latents(
            conditions: conditions, seeds: requests.map(\.settings.seed),
            settings: .init(
                sampler: settings.sampler, steps: settings.steps,
                guidance: Guidance(scale: settings.guidanceScale, negativeCondition: negative(settings, denoiser)),
                initial: settings.initImage.map { try initialLatents($0, requests[0]) },
                variation: settings.variation, size: size(toDraw: settings.size).map(latentSize))
        ) {
            onProgress(Progress(step: $0.step, steps: $0.steps))
            return true
        }
    }

    /// Returns the condition that guidance leads away from; nil leaves it to the null condition that the denoiser has
    /// learned.
    private func negative(_ settings: GenerationSettings, _ denoiser: any Denoiser) throws -> Condition? {
        if let words = settings.negativePrompt { return try parts.conditioner.conditioning(of: words).condition }
        return denoiser.nullCondition == nil ? try parts.conditioner.empty() : nil
    }

    private func picture(of latents: Tensor) throws -> Picture {
        let decoded = try parts.autoencoder().decode(latents)
        return try decoded.withFloats { try Picture(width: decoded.shape[2], height: decoded.shape[1], values: $0) }
    }
}

// MARK: Sizes and starts

extension Pipeline {
    /// Checks that the model can make pictures of a size. Throws `PictureSizeError`, `ModelError`.
    public func check(_ size: PictureSize) throws {
        let drawn = try self.size(toDraw: size) ?? size
        let found = try latentSize(drawn)
        guard try parts.denoiser().allows(height: found.height, width: found.width) else {
            throw PictureSizeError.fixed(model: parts.name, size: try ownSize(), found: size)
        }
    }

    /// The size that the model was made for.
    private func ownSize() throws -> PictureSize {
        let (shape, scale) = (try parts.denoiser().latentShape, try parts.autoencoder().scale)
        return PictureSize(width: shape[1] * scale, height: shape[0] * scale)
    }

    /// Returns the size to draw a picture at that was asked for with a size; nil for the model's own.
    private func size(toDraw asked: PictureSize?) throws -> PictureSize? {
        try drawnSize(for: asked)?.drawn ?? asked
    }

    /// Returns how a picture of a size is made; nil for one that the model draws as it is.
    private func drawnSize(for asked: PictureSize?) throws -> DrawnSize? {
        guard let asked, let sides = parts.drawnSides else { return nil }
        let step = try parts.autoencoder().scale * parts.denoiser().latentMultiple
        let size = try DrawnSize(for: asked, sides: sides, step: step, own: ownSize())
        return size.drawn == asked ? nil : size
    }

    /// Brings a picture that was drawn to the size that was asked for.
    private func finished(_ picture: Picture, _ asked: PictureSize?) throws -> Picture {
        try drawnSize(for: asked)?.finished(picture) ?? picture
    }

    private func latentSize(_ size: PictureSize) throws -> (height: Int, width: Int) {
        let scale = try parts.autoencoder().scale
        let step = try scale * parts.denoiser().latentMultiple
        guard size.width % step == 0, size.height % step == 0 else {
            throw PictureSizeError.notAMultiple(model: parts.name, of: step, found: size)
        }
        return (size.height / scale, size.width / scale)
    }

    /// Returns the latents of the initial picture, encoded once for all pictures that start from it.
    private func initialLatents(_ start: InitialPicture, _ request: PictureRequest) throws -> InitialLatents {
        guard let picture = request.initialPicture else { throw InitialPictureError.notGiven(name: start.path) }
        let autoencoder = try parts.autoencoder()
        let size = try size(toDraw: request.settings.size) ?? ownSize()
        let (width, height) = (size.width, size.height)
        if let initial, initial.picture == picture, initial.width == width, initial.height == height {
            return InitialLatents(latents: initial.latents, strength: start.strength)
        }
        let fitted = try picture.fitted(width: width, height: height)
        let latents = try autoencoder.encode(Tensor(fitted.values, shape: [1, height, width, 3]))
        initial = (picture, width, height, latents)
        return InitialLatents(latents: latents, strength: start.strength)
    }
}
