"""The constants and convolutions of a TFLite file, read with the schema of the `tflite` package."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tflite

CONVOLUTIONS = {
    tflite.BuiltinOperator.CONV_2D: tflite.Conv2DOptions,
    tflite.BuiltinOperator.DEPTHWISE_CONV_2D: tflite.DepthwiseConv2DOptions,
}
DTYPES = {tflite.TensorType.FLOAT32: "<f4", tflite.TensorType.INT32: "<i4", tflite.TensorType.INT8: "i1"}


@dataclass
class Convolution:
    """One convolution in PyTorch's weight order [out, in / groups, height, width]."""

    weight: np.ndarray
    bias: np.ndarray
    stride: int
    depthwise: bool


class TFLiteFile:
    def __init__(self, path: Path):
        self.path = path
        data = path.read_bytes()
        self.model = tflite.Model.GetRootAsModel(data, 0)
        self.graph = self.model.Subgraphs(0)
        self.index = {self.graph.Tensors(i).Name().decode(): i for i in range(self.graph.TensorsLength())}

    def text(self, name: str) -> list[str]:
        """The lines of an associated file zipped onto the end of the model."""
        return zipfile.ZipFile(self.path).read(name).decode().split("\n")

    def constant(self, tensor: int | str) -> np.ndarray:
        """A constant as float32: integers are multiplied by their (per-channel) scale."""
        details = self.graph.Tensors(self.index[tensor] if isinstance(tensor, str) else tensor)
        raw = self.model.Buffers(details.Buffer()).DataAsNumpy()
        values = raw.view(DTYPES[details.Type()]).reshape(details.ShapeAsNumpy())
        quantization = details.Quantization()
        if quantization is None or quantization.ScaleLength() == 0:
            return values.astype(np.float32)
        if np.any(quantization.ZeroPointAsNumpy()):
            raise ValueError(f"{details.Name()}: only symmetric constants are expected")
        shape = [1] * values.ndim
        shape[quantization.QuantizedDimension()] = -1
        return (values * quantization.ScaleAsNumpy().astype(np.float64).reshape(shape)).astype(np.float32)

    def convolutions(self) -> list[Convolution]:
        """Every convolution in the order of execution; all must be ReLU6 with SAME padding."""
        found = []
        for i in range(self.graph.OperatorsLength()):
            operator = self.graph.Operators(i)
            code = self.model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode()
            if code not in CONVOLUTIONS:
                continue
            table, options = operator.BuiltinOptions(), CONVOLUTIONS[code]()
            options.Init(table.Bytes, table.Pos)
            if (options.Padding(), options.FusedActivationFunction()) != (
                tflite.Padding.SAME,
                tflite.ActivationFunctionType.RELU6,
            ):
                raise ValueError(f"operator {i}: expected SAME padding and ReLU6")
            depthwise = code == tflite.BuiltinOperator.DEPTHWISE_CONV_2D
            _, weight, bias = operator.InputsAsNumpy()
            # TFLite: [out, height, width, in], depthwise [1, height, width, out].
            order = (3, 0, 1, 2) if depthwise else (0, 3, 1, 2)
            found.append(
                Convolution(
                    np.ascontiguousarray(self.constant(int(weight)).transpose(order)),
                    self.constant(int(bias)),
                    options.StrideH(),
                    depthwise,
                )
            )
        return found
