/** The modules wasm-pack writes below src/wasm; typed here so that the page can be checked before they are built. */
declare module '*/rmlocnet.js' {
  const start: (options?: { module_or_path: WebAssembly.Module }) => Promise<{
    /** Runs what libraries register at their start; to be called once, before anything else. */
    __wasm_call_ctors: () => void;
  }>;
  export default start;
  export const version: unknown;
  export const device_name: unknown;
  export const presets: unknown;
  export const deletion_steps: unknown;
  export const deletion_verdict: unknown;
  export const clustered_order: unknown;
  export const align_rnas: unknown;
  export const embed: unknown;
  export const Reader: unknown;
  export const Model: unknown;
  export const LabelledSet: unknown;
  export const Training: unknown;
}
