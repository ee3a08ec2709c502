//! Safetensors files: tensors by name, together with metadata entries.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::tensors::Array;

/// Why a safetensors file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TensorFileError {
    /// The bytes are not a safetensors file, or the tensor is missing, or its numbers do not fit
    /// its shape.
    #[error(transparent)]
    Safetensors(#[from] safetensors::SafeTensorError),
    /// A tensor has numbers of another type.
    #[error("`{name}` holds another kind of number")]
    NumberType {
        /// Name of the tensor.
        name: String,
        /// Its number type.
        found: String,
    },
    /// The header of a new file is not what safetensors writes.
    #[error("its header cannot be sorted")]
    Header,
}

/// A safetensors file that is being read.
pub(crate) struct TensorFile<'a> {
    /// The metadata entries.
    pub(crate) metadata: HashMap<String, String>,
    tensors: SafeTensors<'a>,
}

impl<'a> TensorFile<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// The bytes are not a safetensors file.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, TensorFileError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        Ok(Self {
            metadata: header.metadata().clone().unwrap_or_default(),
            tensors: SafeTensors::deserialize(bytes)?,
        })
    }

    /// The names of all tensors.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.tensors.names()
    }

    /// The tensor of that name, of 32-bit floats.
    ///
    /// # Errors
    /// The tensor is missing or has other numbers.
    pub(crate) fn array(&self, name: &str) -> Result<Array, TensorFileError> {
        let view = self.tensor(name, Dtype::F32)?;
        let (numbers, _) = view.data().as_chunks::<4>();
        Ok(Array {
            shape: view.shape().to_vec(),
            values: numbers.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        })
    }

    /// The shape and the values of a tensor of 64-bit floats.
    ///
    /// # Errors
    /// The tensor is missing or has other numbers.
    pub(crate) fn doubles(&self, name: &str) -> Result<(Vec<usize>, Vec<f64>), TensorFileError> {
        let view = self.tensor(name, Dtype::F64)?;
        let (numbers, _) = view.data().as_chunks::<8>();
        let values = numbers.iter().map(|b| f64::from_le_bytes(*b)).collect();
        Ok((view.shape().to_vec(), values))
    }

    /// The values of a tensor of 64-bit whole numbers.
    ///
    /// # Errors
    /// The tensor is missing or has other numbers.
    pub(crate) fn indices(&self, name: &str) -> Result<Vec<usize>, TensorFileError> {
        let view = self.tensor(name, Dtype::U64)?;
        let (numbers, _) = view.data().as_chunks::<8>();
        let numbers = numbers.iter().map(|b| u64::from_le_bytes(*b) as usize);
        Ok(numbers.collect())
    }

    fn tensor(&self, name: &str, wanted: Dtype) -> Result<TensorView<'a>, TensorFileError> {
        let view = self.tensors.tensor(name)?;
        if view.dtype() != wanted {
            return Err(TensorFileError::NumberType {
                name: name.to_owned(),
                found: format!("{:?}", view.dtype()),
            });
        }
        Ok(view)
    }
}

/// A safetensors file that is being composed.
#[derive(Default)]
pub(crate) struct TensorFileBuilder(Vec<StoredTensor>);

struct StoredTensor {
    name: String,
    number_type: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl TensorFileBuilder {
    /// Adds a tensor of 32-bit floats.
    pub(crate) fn add_floats(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.add(name, Dtype::F32, shape, bytes.collect());
    }

    /// Adds a tensor of 64-bit floats.
    pub(crate) fn add_doubles(&mut self, name: &str, shape: &[usize], values: &[f64]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.add(name, Dtype::F64, shape, bytes.collect());
    }

    /// Adds a list of whole numbers.
    pub(crate) fn add_indices(&mut self, name: &str, values: &[usize]) {
        let bytes = values.iter().flat_map(|i| (*i as u64).to_le_bytes());
        self.add(name, Dtype::U64, &[values.len()], bytes.collect());
    }

    fn add(&mut self, name: &str, number_type: Dtype, shape: &[usize], bytes: Vec<u8>) {
        self.0.push(StoredTensor {
            name: name.to_owned(),
            number_type,
            shape: shape.to_vec(),
            bytes,
        });
    }

    /// The bytes of the file. Equal tensors and metadata give equal bytes.
    ///
    /// # Errors
    /// A shape does not fit its numbers.
    pub(crate) fn to_bytes(
        &self,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<u8>, TensorFileError> {
        let mut views = Vec::with_capacity(self.0.len());
        for tensor in &self.0 {
            let view = TensorView::new(tensor.number_type, tensor.shape.clone(), &tensor.bytes)?;
            views.push((tensor.name.as_str(), view));
        }
        let mut file = safetensors::serialize(views, Some(metadata))?;
        sort_header(&mut file).ok_or(TensorFileError::Header)?;
        Ok(file)
    }
}

/// Sorts the header's entries alphabetically, because equal files must have equal bytes. The
/// safetensors library writes the metadata in the order of a hash map, which varies between runs.
///
/// `None` if the bytes are not a safetensors file.
fn sort_header(file: &mut [u8]) -> Option<()> {
    let size = u64::from_le_bytes(*file.first_chunk::<8>()?) as usize;
    let header = file.get_mut(8..8 + size)?;
    // serde_json keeps objects sorted by key.
    let sorted: serde_json::Value = serde_json::from_slice(header).ok()?;
    let mut sorted = serde_json::to_vec(&sorted).ok()?;
    (sorted.len() <= size).then_some(())?;
    sorted.resize(size, b' ');
    header.copy_from_slice(&sorted);
    Some(())
}
