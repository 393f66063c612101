// Whoever uses a pipeline names these, and needs no tensors for it.
@_exported import class TensorCore.ComputeActor
@_exported import enum TensorCore.Precision
@_exported import enum TensorCore.ThreadCount
