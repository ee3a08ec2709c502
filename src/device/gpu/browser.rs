//! What the browser says of its GPU and wgpu does not pass on.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Whether the browser knows WebGPU, in this kind of page and worker.
pub(crate) fn has_webgpu() -> bool {
    let gpu = get(&js_sys::global(), "navigator").and_then(|navigator| get(&navigator, "gpu"));
    gpu.is_some()
}

/// The adapter's name: its description where the browser gives one, else vendor and
/// architecture, such as "nvidia ampere".
pub(crate) fn adapter_name(device: &wgpu::Device) -> Option<String> {
    let info = get(device.as_webgpu()?.as_ref(), "adapterInfo")?;
    let text = |key: &str| get(&info, key).and_then(|value| value.as_string());
    let given = |text: &String| !text.trim().is_empty();
    if let Some(description) = text("description").filter(given) {
        return Some(description);
    }
    let words: Vec<String> = ["vendor", "architecture"]
        .into_iter()
        .filter_map(|key| text(key).filter(given))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
