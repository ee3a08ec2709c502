//! What the browser reports about its GPU and wgpu does not pass on.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Whether the browser supports WebGPU in this kind of page or worker.
pub(crate) fn has_webgpu() -> bool {
    let gpu = get(&js_sys::global(), "navigator").and_then(|navigator| get(&navigator, "gpu"));
    gpu.is_some()
}

/// The name of the adapter: its description if the browser reports one, else vendor and
/// architecture, such as "nvidia ampere"; `None` if the browser reports neither.
pub(crate) fn adapter_name(device: &wgpu::Device) -> Option<String> {
    let info = get(device.as_webgpu()?.as_ref(), "adapterInfo")?;
    let text = |key: &str| get(&info, key).and_then(|value| value.as_string());
    let is_filled = |text: &String| !text.trim().is_empty();
    if let Some(description) = text("description").filter(is_filled) {
        return Some(description);
    }
    let words: Vec<String> = ["vendor", "architecture"]
        .into_iter()
        .filter_map(|key| text(key).filter(is_filled))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A property of a JavaScript object; `None` if it is missing, `undefined` or `null`.
fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
