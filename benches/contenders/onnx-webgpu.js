// @ts-check
/** onnxruntime-web on WebGPU. */
import * as ort from 'onnxruntime-web/webgpu';
import { serveOnnx } from './onnx.js';

serveOnnx(ort, 'webgpu', 1);
