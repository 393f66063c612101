import LatentDiffusion
import PictureFiles
import TensorCore

extension Pipeline {
    /// Steps done, and their total, in the run that draws a batch.
    public struct Progress: Sendable {
        /// The pictures of the batch, by the places of their requests.
        public let pictures: Range<Int>
        public let step: Int
        public let steps: Int
        /// What the denoiser takes the clean latents to be.
        let denoised: Tensor
    }

    /// Draws pictures, in the order of the requests; consecutive ones that can share a batch do. Each has the same bits
    /// as if it were drawn alone.
    ///
    /// Throws the error of the first request that failed: `ModelError`; `SettingError` for a number outside its range;
    /// `SamplingError`, `PictureSizeError` for requests that the model cannot draw; `CancellationError`, within a step.
    ///
    /// - Parameters:
    ///   - requests: The pictures to draw.
    ///   - batchSize: The most pictures that are drawn together, in `DrawQueue.batchSizes`.
    ///   - onProgress: Called on the compute thread after each step.
    public func draw(
        _ requests: [PictureRequest], batchSize: Int = DrawQueue.defaultBatchSize,
        onProgress: @ComputeActor (Progress) -> Void = { _ in }
    ) throws -> [DrawnPicture] {
        let queue = try DrawQueue(self, batchSize: batchSize, capacity: max(1, requests.count))
        for request in requests { try queue.add(request) }
        var drawn: [DrawnPicture] = []
        while !queue.isEmpty { drawn += try queue.draw(onProgress: onProgress).map { try $0.get() } }
        return drawn
    }

    /// Streams pictures in the order of the requests. Each batch is drawn when its first picture is asked for, so at
    /// most one batch waits for the consumer, and nothing is drawn for one that has gone. Ends with what `draw` throws.
    ///
    /// - Parameters:
    ///   - requests: The pictures to draw.
    ///   - batchSize: The most pictures that are drawn together, in `DrawQueue.batchSizes`.
    ///   - onProgress: Called on the compute thread after each step.
    public nonisolated func pictures(
        _ requests: [PictureRequest], batchSize: Int = DrawQueue.defaultBatchSize,
        onProgress: @escaping @ComputeActor (Progress) -> Void = { _ in }
    ) -> AsyncThrowingStream<DrawnPicture, any Error> {
        let session = Result { try DrawSession(self, requests, batchSize: batchSize, onProgress) }
        return AsyncThrowingStream { try await session.get().next() }
    }

    /// Draws requests that can share a batch, at least one, each with its own share of the time.
    /// Throws `ModelError`, and errors that keep all of them from being made.
    func drawBatch(
        _ requests: [PictureRequest], isWanted: (Int) -> Bool, onStep: (LatentSampler.Progress) -> Void
    ) throws -> [Result<DrawnPicture, any Error>] {
        var denoising = StageSeconds()
        let latents = try denoising.measure(\.denoise) {
            try self.latents(requests, onStep: onStep, isWanted: isWanted)
        }
        let size = try drawnSize(for: requests[0].settings.size)
        return requests.indices.map { index in
            var seconds = requests[index].seconds
            seconds.denoise = denoising.denoise / Double(requests.count)
            return Result {
                guard isWanted(index) else { throw CancellationError() }
                let picture = try seconds.measure(\.decode) {
                    let picture = try self.picture(of: latents.items(index..<index + 1))
                    return try size?.finished(picture) ?? picture
                }
                return record(of: picture, drawnSize: size?.drawn, requests[index], seconds)
            }
        }
    }

    private func record(
        of picture: Picture, drawnSize: PictureSize?, _ request: PictureRequest, _ seconds: StageSeconds
    ) -> DrawnPicture {
        var record = PictureRecord(
            input: request.name, picture: picture, drawnSize: drawnSize, model: parts.name, precision: parts.precision,
            settings: request.generationSettings, heard: request.subject.heard,
            audioScores: request.subject.audioScores)
        record.secondsHeard = request.subject.secondsHeard
        record.warnings = request.subject.warnings + (request.start?.warnings ?? [])
        record.seconds = seconds
        return DrawnPicture(picture: picture, record: record)
    }

    /// Returns clean latents `[pictures, height, width, channels]`, each with the same bits as if it were made alone.
    func latents(
        _ requests: [PictureRequest], onStep: (LatentSampler.Progress) -> Void = { _ in },
        isWanted: (Int) -> Bool = { _ in true }
    ) throws -> Tensor {
        for request in requests { try request.check() }
        let settings = requests[0].settings
        let denoiser = try parts.denoiser()
        try parts.check()
        let negative = try negative(settings, denoiser)
        parts.conditioner.rest()
        return try LatentSampler(denoiser).latents(
            conditions: requests.map(\.subject.conditioning.condition), seeds: requests.map(\.settings.seed),
            settings: .init(
                sampler: settings.sampler, steps: settings.steps,
                guidance: Guidance(scale: settings.guidanceScale, negativeCondition: negative),
                initial: requests[0].start.map { try initialLatents($0, size: settings.size) },
                variation: settings.variation, size: size(toDraw: settings.size).map(latentSize)),
            onStep: onStep, isWanted: isWanted)
    }

    /// Returns the condition that guidance leads away from; nil leaves it to the null condition that the denoiser has
    /// learned.
    private func negative(_ settings: PictureSettings, _ denoiser: any Denoiser) throws -> Condition? {
        if let words = settings.negativePrompt { return try parts.conditioner.conditioning(of: words).condition }
        return denoiser.nullCondition == nil ? try parts.conditioner.empty() : nil
    }

    private func picture(of latents: Tensor) throws -> Picture {
        let decoded = try parts.autoencoder().decode(latents)
        return try decoded.withFloats { try Picture(width: decoded.shape[2], height: decoded.shape[1], values: $0) }
    }
}

// MARK: Estimates

extension Pipeline {
    /// Shows what the denoiser takes one of the pictures in progress to be, at the size that it is drawn at, or smaller where
    /// a rough one will do. Throws `ModelError`.
    ///
    /// - Parameters:
    ///   - progress: What a run has told.
    ///   - place: One of its pictures.
    ///   - isRough: Whether a picture without details, a pixel for each latent, will do where decoding takes long.
    public func estimate(_ progress: Progress, of place: Int, isRough: Bool = true) throws -> Picture {
        let index = place - progress.pictures.lowerBound
        let latents = progress.denoised.items(index..<index + 1)
        guard isRough, try parts.autoencoder() is KLAutoencoder else { return try picture(of: latents) }
        let linear = try self.linear ?? LinearEstimate(fitting: parts.autoencoder())
        self.linear = linear
        return try linear(latents)
    }
}

// MARK: Sizes and starts

extension Pipeline {
    /// Checks that the model can make pictures of a size. Throws `SettingError`, `PictureSizeError`, `ModelError`.
    public func check(_ size: PictureSize) throws {
        try size.check()
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

    private func latentSize(_ size: PictureSize) throws -> (height: Int, width: Int) {
        let scale = try parts.autoencoder().scale
        let step = try scale * parts.denoiser().latentMultiple
        guard size.width % step == 0, size.height % step == 0 else {
            throw PictureSizeError.notAMultiple(model: parts.name, of: step, found: size)
        }
        return (size.height / scale, size.width / scale)
    }

    /// Returns the latents of the initial picture, encoded once for all pictures that start from it.
    private func initialLatents(_ start: StartingPicture, size: PictureSize?) throws -> InitialLatents {
        let autoencoder = try parts.autoencoder()
        let drawn = try self.size(toDraw: size) ?? ownSize()
        let (width, height) = (drawn.width, drawn.height)
        let (picture, strength) = (start.picture, start.source.strength)
        if let initial, initial.picture == picture, initial.width == width, initial.height == height {
            return InitialLatents(latents: initial.latents, strength: strength)
        }
        let fitted = try picture.fitted(width: width, height: height)
        let latents = try autoencoder.encode(Tensor(fitted.values, shape: [1, height, width, 3]))
        initial = (picture, width, height, latents)
        return InitialLatents(latents: latents, strength: strength)
    }
}
