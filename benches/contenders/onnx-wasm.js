// @ts-check
/** onnxruntime-web on WebAssembly, with as many threads as the worker's name says. */
import * as ort from 'onnxruntime-web/wasm';
import { serveOnnx } from './onnx.js';

serveOnnx(ort, 'wasm', Number(new URL(self.location.href).searchParams.get('threads') ?? 1));
