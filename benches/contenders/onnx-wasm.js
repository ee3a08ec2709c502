// @ts-check
/** onnxruntime-web on WebAssembly, with the number of threads in the worker's address. */
import * as ort from 'onnxruntime-web/wasm';
import { serveOnnx } from './onnx.js';

serveOnnx(ort, 'wasm', Number(new URL(self.location.href).searchParams.get('threads') ?? 1));
