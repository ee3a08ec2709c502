/** The module wasm-pack writes to src/wasm; typed here so that the page can be checked before it is built. */
declare module '*/wasm/rmlocnet.js' {
  const init: (options?: { module_or_path: WebAssembly.Module }) => Promise<unknown>;
  export default init;
  export const version: unknown;
  export const device_name: unknown;
  export const presets: unknown;
  export const Reader: unknown;
  export const Model: unknown;
  export const LabelledSet: unknown;
  export const Training: unknown;
}
