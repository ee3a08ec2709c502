//! The device that the user prefers, and its names.

use serde::{Deserialize, Serialize};
use strum::{EnumString, VariantNames};

/// The device that the user prefers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(
    serialize_all = "lowercase",
    parse_err_ty = UnknownDevice,
    parse_err_fn = UnknownDevice::new
)]
pub enum DevicePreference {
    /// The GPU if it agrees with the CPU and is faster, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU, even if it is slower or a software adapter, but only if it agrees with the CPU.
    WebGpu,
}

/// The name is not that of a [`DevicePreference`].
#[derive(Debug, thiserror::Error, PartialEq)]
#[error(
    "unknown device `{0}`: choose one of {names}",
    names = DevicePreference::VARIANTS.join(", ")
)]
pub struct UnknownDevice(String);

impl UnknownDevice {
    fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_is_parsed_from_its_name() {
        for (name, preference) in [
            ("auto", DevicePreference::Auto),
            ("cpu", DevicePreference::Cpu),
            ("webgpu", DevicePreference::WebGpu),
        ] {
            assert_eq!(name.parse(), Ok(preference));
            assert_eq!(
                serde_json::from_value::<DevicePreference>(name.into()).ok(),
                Some(preference)
            );
        }
    }

    #[test]
    fn unknown_device_name_is_rejected_with_the_possible_names() {
        let error = "gpu".parse::<DevicePreference>();
        let text = "unknown device `gpu`: choose one of auto, cpu, webgpu";
        assert_eq!(
            error.map_err(|error| error.to_string()),
            Err(text.to_owned())
        );
    }
}
